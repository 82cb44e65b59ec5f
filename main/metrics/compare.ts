import type { Interval } from './interval.ts';
import type { Metric } from './metric.ts';
import {
  bootstrapComparison,
  comparePaired,
  countPairs,
  type PairedCounts,
  resampledScores,
  type Scorer,
} from './paired.ts';
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
  const steps = compareAllBy(metric, [first], second, seed);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value[0];
  }
}

/**
 * As `compareBy`, of each of several subjects with the same baseline, and as they would be one by one. It pauses every few
 * milliseconds: whoever runs it may do something else in between.
 * @throws RangeError where they are not of the same samples
 */
export function* compareAllBy(
  metric: Metric,
  subjects: readonly Predictions[],
  baseline: Predictions,
  seed: number,
): Generator<undefined, readonly (MetricComparison | undefined)[]> {
  if (metric.test === 'mcnemar' && metric.kind === 'mean') {
    const theirs = Uint8Array.from(metric.perExample(baseline));
    const results: MetricComparison[] = [];
    for (const subject of subjects) {
      results.push(comparePaired(Uint8Array.from(metric.perExample(subject)), theirs, seed));
      yield;
    }
    return results;
  }
  const counts = subjects.map((subject) => countPairs(subject.hits, baseline.hits));
  const all = [baseline, ...subjects].map((predictions) => scorerOf(metric, predictions));
  const observed = all.map((score) => score());
  yield;
  const [theirs, ...ours] = yield* resampledScores(baseline.sampleCount, all, seed);
  return ours.map((scores, place) => {
    const result = bootstrapComparison(observed[place + 1]! - observed[0]!, scores, theirs!);
    return result && { ...counts[place]!, ...result };
  });
}

/** Whether a difference is more than chance would explain, both by the test and by the interval; for the first of the two. */
export function judge({ better }: Metric, { pValue, interval, difference }: MetricComparison): Verdict {
  if (pValue >= 0.05 || (interval.low <= 0 && interval.high >= 0)) return 'undecided';
  return difference > 0 === (better === 'higher') ? 'better' : 'worse';
}

function scorerOf(metric: Metric, predictions: Predictions): Scorer {
  if (metric.kind === 'whole') return metric.sampler(predictions);
  const values = Float64Array.from(metric.perExample(predictions));
  const count = values.length;
  return (rows) => {
    let sum = 0;
    if (rows === undefined) for (let i = 0; i < count; i++) sum += values[i]!;
    else for (let i = 0; i < count; i++) sum += values[rows[i]!]!;
    return sum / count;
  };
}
