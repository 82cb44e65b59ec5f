import { type Interval, wilsonInterval } from './interval.ts';
import { type Metric, scoreOf } from './metric.ts';
import { resampledScores } from './paired.ts';
import type { Predictions } from './predictions.ts';

const Z_95 = 1.959963984540054;

/**
 * 95 % interval of a score by any metric: Wilson's of shares, the normal one of means (1.96 standard errors), the bootstrap's
 * percentiles of the rest. Null where there is no figure.
 * @param seed of the bootstrap
 */
export function scoreInterval(metric: Metric, predictions: Predictions, seed: number): Interval | null {
  const score = scoreOf(metric, predictions);
  if (!Number.isFinite(score)) return null;
  const count = predictions.sampleCount;
  if (metric.isProportion) return wilsonInterval(Math.round(score * count), count);
  if (metric.kind === 'mean') {
    const values = metric.perExample(predictions);
    const reach = (Z_95 * deviation(values, score)) / Math.sqrt(count);
    return { low: score - reach, high: score + reach };
  }
  const steps = resampledScores(count, [metric.sampler(predictions)], seed);
  for (;;) {
    const { done, value } = steps.next();
    if (!done) continue;
    const sorted = value[0]!.toSorted();
    return { low: sorted[Math.floor(0.025 * sorted.length)]!, high: sorted[Math.ceil(0.975 * sorted.length) - 1]! };
  }
}

/** The sample's standard deviation. */
function deviation(values: Float64Array | Uint8Array, mean: number): number {
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
