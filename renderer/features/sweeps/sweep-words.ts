import type { Metric } from '../../../preload/contract/metrics.ts';
import type { Sweep } from '../../../preload/contract/sweeps.ts';
import { formatInterval, formatScore } from '../../lib/metric-format.ts';
import { optionName } from './sweep-chart.ts';

type Written = Pick<Metric, 'unit' | 'phrase' | 'better'>;
type Point = Sweep['points'][number];

/** `alpha = 0.3, density = 0.5` */
export function pointName(axes: Sweep['axes'], { values }: Pick<Point, 'values'>): string {
  return axes.map((axis, i) => `${optionName(axis)} = ${values[i]!}`).join(', ');
}

/** `98.20 % (97.10–98.90 %)` */
export function scoreWords({ score }: Pick<Point, 'score'>, metric: Written): string {
  if (score === null) return 'not scored yet';
  if (score.value === null) return 'without a figure';
  const value = formatScore(score.value, metric);
  return score.interval === null ? value : `${value} (${formatInterval(score.interval, metric)})`;
}

/** Whether the sweep was worth it, as far as the scores that it was chosen by can say; undefined before anything is scored. */
export function verdictOf(sweep: Sweep, metric: Written): string | undefined {
  const { points, baselines, best, bestIngredient } = sweep;
  const value = best === null ? null : (points[best.ordinal]?.score?.value ?? null);
  if (best === null || value === null) return undefined;
  const single = baselines.find(({ kind, label }) => kind === 'ingredient' && label === bestIngredient);
  const theirs = single?.score.value ?? null;
  const ahead = theirs === null ? 0 : metric.better === 'higher' ? value - theirs : theirs - value;
  return [
    ...(single === undefined || theirs === null
      ? []
      : [
          ahead > 0
            ? `The best ingredient alone, ${single.label}, has ${formatScore(theirs, metric)}.`
            : `No value is better than the best ingredient alone: ${single.label} has ${formatScore(theirs, metric)}.`,
        ]),
    ...(best.alike === null || best.alike < 2
      ? []
      : [`${best.alike} of the ${points.length} values score within the best one’s interval: they may be as good.`]),
    'The best value was chosen by these very scores, which flatter it. Cook it: the test sets are scored for it alone.',
  ].join(' ');
}
