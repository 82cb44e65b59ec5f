import { expect, test } from 'vitest';
import { findMetric, METRICS } from '../../main/metrics/index.ts';
import { wilsonInterval } from '../../main/metrics/interval.ts';
import { scoreOf } from '../../main/metrics/metric.ts';
import { Predictions } from '../../main/metrics/predictions.ts';
import { scoreInterval } from '../../main/metrics/score-interval.ts';
import { Random } from '../../main/random.ts';

/** Logits that know the label more often than not. */
function noisy(count: number, seed: number): Predictions {
  const random = new Random(seed, 'logits');
  const labels = Int32Array.from({ length: count }, () => random.integer(6));
  const logits = Float32Array.from({ length: 6 * count }, (_, i) => {
    const isLabel = labels[Math.floor(i / 6)] === i % 6;
    return (isLabel ? 1.5 : 0) + random.normal();
  });
  return new Predictions(logits, labels);
}

test('every metric has an interval around its score', () => {
  const predictions = noisy(200, 1);
  for (const metric of METRICS) {
    const interval = scoreInterval(metric, predictions, 1)!;
    const score = scoreOf(metric, predictions);
    expect([metric.id, interval.low < score, interval.high >= score]).toEqual([metric.id, true, true]);
  }
});

test('of a share it is Wilson’s, of a mean it holds the truth about as often as it says', () => {
  const predictions = noisy(100, 2);
  const accuracy = findMetric('accuracy');
  expect(scoreInterval(accuracy, predictions, 1)).toEqual(
    wilsonInterval(Math.round(100 * scoreOf(accuracy, predictions)), 100),
  );
  const loss = findMetric('loss');
  const truth = scoreOf(loss, noisy(60_000, 3));
  const trials = Array.from({ length: 200 }, (_, i) => scoreInterval(loss, noisy(150, 100 + i), 1)!);
  const held = trials.filter(({ low, high }) => low <= truth && truth <= high).length;
  expect(held).toBeGreaterThanOrEqual(180);
});

test('a diverged model has none', () => {
  const predictions = new Predictions(new Float32Array(6).fill(Number.NaN), Int32Array.of(0, 1));
  expect(scoreInterval(findMetric('loss'), predictions, 1)).toBeNull();
});
