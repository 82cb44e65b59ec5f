import { describe, expect, it } from 'vitest';
import { compareAllBy, compareBy, type MetricComparison } from '../../main/metrics/compare.ts';
import { METRICS } from '../../main/metrics/index.ts';
import { Predictions } from '../../main/metrics/predictions.ts';
import { Random } from '../../main/random.ts';

const CLASSES = 7;
const SAMPLES = 200;
const labels = Int32Array.from({ length: SAMPLES }, (_, row) => (row * row) % CLASSES);

function subject(skill: number): Predictions {
  const random = new Random(skill, 'logits');
  const logits = Float32Array.from(
    { length: SAMPLES * CLASSES },
    (_, at) => random.normal() + (at % CLASSES === labels[Math.floor(at / CLASSES)] ? skill / 2 : 0),
  );
  return new Predictions(logits, labels);
}

const baseline = subject(3);
const subjects = [subject(2), subject(4), subject(5)];

function finished<Result>(steps: Generator<undefined, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

describe.each(METRICS)('several subjects by $id', (metric) => {
  it('are compared with a baseline as they would be one by one, on the same resamples', () => {
    const together = finished(compareAllBy(metric, subjects, baseline, 5));
    expect(together).toEqual(subjects.map((one) => compareBy(metric, one, baseline, 5)));
  });

  it('have other intervals with another seed, within the error of the method', () => {
    const [once, again] = [5, 6].map((seed) => finished(compareAllBy(metric, subjects, baseline, seed)));
    const width = ({ interval }: MetricComparison): number => interval.high - interval.low;
    for (const [place, found] of once!.entries()) {
      const other = again![place]!;
      expect(found!.difference).toBe(other.difference);
      expect(Math.abs(found!.interval.low - other.interval.low)).toBeLessThan(width(other) / 6);
      expect(Math.abs(found!.interval.high - other.interval.high)).toBeLessThan(width(other) / 6);
    }
  });
});

it('a subject is no better and no worse than itself', () => {
  for (const metric of METRICS) {
    const [found] = finished(compareAllBy(metric, [baseline], baseline, 5));
    expect(found).toMatchObject({ difference: 0, interval: { low: 0, high: 0 }, pValue: 1 });
  }
});
