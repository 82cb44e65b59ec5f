import { describePoint } from '../backend/sweeps/plan-sweep.ts';
import type { SweepDetails, SweptScore } from '../backend/sweeps/service.ts';
import { findMetric } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import { scoreText } from './run-output.ts';
import { textTable } from './text-table.ts';

/** A sweep as machines read it. */
export function sweepAsJson({
  id,
  title,
  recipe,
  axes,
  metric,
  points,
  baselines,
  best,
  bestIngredient,
}: SweepDetails) {
  return {
    id,
    title,
    recipe,
    metric,
    axes: axes.map(({ option, values }) => ({ option: option.join('.'), values })),
    points,
    baselines,
    best: best === null ? null : { ...best, values: points[best.ordinal]!.values },
    bestIngredient,
  };
}

const BAR_WIDTH = 24;

/** The curve as lines with bars or, of two options, as a grid; then what there is to compare with. */
export function sweepTable(sweep: SweepDetails): string {
  return sweep.axes.length === 2 ? gridOf(sweep) : curveOf(sweep);
}

function curveOf({ axes, points, baselines, best, metric: id }: SweepDetails): string {
  const metric = findMetric(id);
  const bar = barsOf([...points, ...baselines].map(({ score }) => score));
  const row = (label: string, score: SweptScore | null, mark: string): readonly string[] => [
    label,
    textOf(score, metric),
    intervalText(score, metric),
    `${bar(score)}${mark}`,
  ];
  return textTable(
    [
      { title: axes[0]!.option.join('.'), align: 'left' },
      { title: metric.label, align: 'right' },
      { title: '95 %', align: 'right' },
      { title: 'on the selection split', align: 'left' },
    ],
    [
      ...points.map(({ ordinal, values, score }) =>
        row(String(values[0]), score, ordinal === best?.ordinal ? ' best' : ''),
      ),
      null,
      ...baselines.map(({ label, score }) => row(label, score, '')),
    ],
  );
}

function gridOf({ axes, points, baselines, best, metric: id }: SweepDetails): string {
  const metric = findMetric(id);
  const [rows, columns] = axes;
  const width = columns!.values.length;
  const grid = textTable(
    [
      { title: `${rows!.option.join('.')} \\ ${columns!.option.join('.')}`, align: 'left' },
      ...columns!.values.map((value) => ({ title: String(value), align: 'right' as const })),
    ],
    rows!.values.map((value, row) => [
      String(value),
      ...points.slice(row * width, (row + 1) * width).map(({ ordinal, score }) => {
        const text = textOf(score, metric);
        return ordinal === best?.ordinal ? `*${text}` : text;
      }),
    ]),
  );
  const others = textTable(
    [
      { title: 'to compare with', align: 'left' },
      { title: metric.label, align: 'right' },
    ],
    baselines.map(({ label, score }) => [label, textOf(score, metric)]),
  );
  return `${grid}\n\n${others}`;
}

/** What can be said of the best: how far it stands out, and that it was chosen by the very scores that it is shown with. */
export function sweepVerdict(sweep: SweepDetails): string {
  const { axes, points, baselines, best, bestIngredient, metric: id } = sweep;
  if (best === null) return 'No value has a figure.';
  const metric = findMetric(id);
  const { values, score } = points[best.ordinal]!;
  const single = baselines.find(({ kind, label }) => kind === 'ingredient' && label === bestIngredient);
  const alike =
    best.alike === null || best.alike === 1
      ? ''
      : ` ${best.alike} of ${points.length} values lie within its interval: they may be as good.`;
  const beside =
    single === undefined ? '' : `; the best ingredient (${single.label}) has ${textOf(single.score, metric)}`;
  return (
    `Best on the selection split: ${describePoint(axes, values)} with ${textOf(score, metric)}${beside}.${alike}\n` +
    'It was chosen by these scores, which flatter it; only a test set tells how good it is.'
  );
}

function textOf(score: SweptScore | null, metric: Metric): string {
  return score === null ? '–' : scoreText({ metrics: { [metric.id]: score.value } }, metric);
}

function intervalText(score: SweptScore | null, { unit }: Metric): string {
  if (score === null || score.interval === null) return '';
  const { low, high } = score.interval;
  return unit === 'share'
    ? `${(100 * low).toFixed(2)}–${(100 * high).toFixed(2)}`
    : `${low.toFixed(4)}–${high.toFixed(4)}`;
}

/** Bars from the lowest figure to the highest, so that differences are seen. */
function barsOf(scores: readonly (SweptScore | null)[]): (score: SweptScore | null) => string {
  const values = scores.flatMap((score) => (score === null || score.value === null ? [] : [score.value]));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (score) => {
    if (score === null || score.value === null) return '';
    const share = most > least ? (score.value - least) / (most - least) : 1;
    return '█'.repeat(Math.max(1, Math.round(share * BAR_WIDTH)));
  };
}
