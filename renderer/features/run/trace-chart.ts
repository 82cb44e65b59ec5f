import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { ChartData, Series } from '../../charts/chart-data.ts';
import { advantage, scaled, scoreAxis } from '../../lib/metric-format.ts';
import { type DecisiveMetric, decisiveMetric, decisiveValue } from './decisive.ts';
import { scoredSteps } from './scored-steps.ts';

const FATES = [
  { fate: 'alone', label: 'ingredient alone', kind: 'ingredient', ordinal: 0, mark: 'circle' },
  { fate: 'taken', label: 'added to the soup', kind: 'soup', ordinal: 0, mark: 'star' },
  { fate: 'kept', label: 'kept', kind: 'soup', ordinal: 0, mark: 'star' },
  { fate: 'left out', label: 'tried and left out', kind: 'other', ordinal: 7, mark: 'x' },
  { fate: 'dropped', label: 'dropped', kind: 'other', ordinal: 7, mark: 'x' },
  { fate: 'candidate', label: 'being tried', kind: 'other', ordinal: 4, mark: 'circle-open' },
  { fate: 'tried', label: 'tried', kind: 'other', ordinal: 4, mark: 'circle-open' },
] as const;

/** A step as it is drawn; its value is null where what decides has no figure. */
type DrawnStep = Pick<ReturnType<typeof scoredSteps>[number], 'ordinal' | 'fate' | 'what'> & {
  readonly value: number | null;
  readonly total: number;
};

/** The best score up to each step. */
function bestSoFar(steps: readonly DrawnStep[], metric: DecisiveMetric): Series {
  let best: number | null = null;
  const points = steps.flatMap(({ ordinal, value, total }) => {
    if (value !== null && (best === null || advantage(value, best, metric) > 0)) best = value;
    return best === null ? [] : [{ x: ordinal, y: scaled(best, metric), n: total }];
  });
  return { subject: { kind: 'other', label: 'best so far', ordinal: 2 }, points, drawn: 'steps' };
}

/** Scores on the selection split by what decided, step by step. undefined where the recipe tried nothing. */
export function traceChart(trace: readonly JobTraceStep[], metrics: readonly Metric[]): ChartData | undefined {
  const steps = scoredSteps(trace).map(
    ({ ordinal, fate, what, score }): DrawnStep => ({
      ordinal,
      fate,
      what,
      value: decisiveValue(score),
      total: score.total,
    }),
  );
  if (steps.length === 0) return undefined;
  const metric = decisiveMetric(trace, metrics);
  const tried = FATES.flatMap(({ fate, label, kind, ordinal, mark }): readonly Series[] => {
    const points = steps.flatMap((step) =>
      step.fate !== fate || step.value === null
        ? []
        : [{ x: step.ordinal, y: scaled(step.value, metric), n: step.total, note: step.what }],
    );
    return points.length === 0 ? [] : [{ subject: { kind, label, ordinal }, points, mark }];
  });
  return {
    title: 'What was tried',
    kind: 'scatter',
    x: { title: 'Step' },
    y: { title: `${metric.label} on the selection split`, ...scoreAxis(metric) },
    series: [bestSoFar(steps, metric), ...tried],
  };
}
