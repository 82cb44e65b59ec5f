import type { Interval } from './interval.ts';
import type { Metric } from './metric.ts';
import { bootstrapRows, comparePaired, comparePairedMeans, countPairs, type PairedCounts } from './paired.ts';
import type { Predictions } from './predictions.ts';

/** Two subjects on the same samples by one metric. */
export interface MetricComparison extends PairedCounts {
  /** Score of the first minus that of the second. */
  readonly difference: number;
  /** 95 % interval of the difference, by paired bootstrap. */
  readonly interval: Interval;
  /** Of the metric's own test. */
  readonly pValue: number;
}

export type Verdict = 'better' | 'worse' | 'undecided';

/**
 * By the metric's own paired test. The counts are of samples that one of them gets right and the other does not. Undefined where
 * either has no score: it has diverged.
 * @throws RangeError where the two are not of the same samples
 */
export function compareBy(
  metric: Metric,
  first: Predictions,
  second: Predictions,
  seed: number,
): MetricComparison | undefined {
  if (metric.test === 'mcnemar' && metric.kind === 'mean') {
    return comparePaired(Uint8Array.from(metric.perExample(first)), Uint8Array.from(metric.perExample(second)), seed);
  }
  const result =
    metric.kind === 'mean'
      ? comparePairedMeans(metric.perExample(first), metric.perExample(second), seed)
      : bootstrapRows(first.sampleCount, differenceOf(metric.sampler(first), metric.sampler(second)), seed);
  return result && { ...countPairs(first.hits, second.hits), ...result };
}

/** Whether a difference is more than chance would explain, both by the test and by the interval; for the first of the two. */
export function judge({ better }: Metric, { pValue, interval, difference }: MetricComparison): Verdict {
  if (pValue >= 0.05 || (interval.low <= 0 && interval.high >= 0)) return 'undecided';
  return difference > 0 === (better === 'higher') ? 'better' : 'worse';
}

function differenceOf(first: (rows?: Int32Array) => number, second: (rows?: Int32Array) => number) {
  return (rows?: Int32Array): number => first(rows) - second(rows);
}
