import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibration } from '../../main/metrics/calibration.ts';
import { confusionMatrix, correctness, scoreLogits } from '../../main/metrics/classification.ts';
import { compareBy } from '../../main/metrics/compare.ts';
import { ensembleLogits } from '../../main/metrics/ensemble.ts';
import { findMetric, METRICS, scoreAll } from '../../main/metrics/index.ts';
import { wilsonInterval } from '../../main/metrics/interval.ts';
import { comparePaired, mcnemarExact } from '../../main/metrics/paired.ts';
import { Predictions } from '../../main/metrics/predictions.ts';

interface Scores {
  readonly accuracy: number;
  readonly loss: number;
  readonly confusion: readonly number[];
  readonly ece: number;
}

interface Reference {
  readonly registry: readonly {
    readonly classes: number;
    readonly labels: readonly number[];
    readonly logits: readonly number[];
    readonly scores: Readonly<Record<string, number | null>>;
  }[];
  readonly rowBootstrap: readonly {
    readonly metric: string;
    readonly first: number;
    readonly second: number;
    readonly difference: number;
    readonly interval: [number, number];
  }[];
  readonly labels: readonly number[];
  readonly classes: number;
  readonly members: readonly (readonly number[])[];
  readonly scores: readonly Scores[];
  readonly meanLogits: Scores;
  readonly meanProbabilities: { readonly accuracy: number; readonly loss: number };
  readonly mcnemar: readonly { readonly onlyFirst: number; readonly onlySecond: number; readonly p: number }[];
  readonly wilson: readonly { readonly correct: number; readonly total: number; readonly interval: [number, number] }[];
  readonly bootstrap: readonly {
    readonly first: number;
    readonly second: number;
    readonly interval: [number, number];
  }[];
  readonly lossBootstrap: readonly {
    readonly first: number;
    readonly second: number;
    readonly difference: number;
    readonly interval: [number, number];
  }[];
}

const reference = JSON.parse(
  readFileSync(new URL('../fixtures/metrics/metrics.json', import.meta.url), 'utf8'),
) as Reference;
const labels = Int32Array.from(reference.labels);
const members = reference.members.map((logits) => Float32Array.from(logits));

function expectScores(logits: Float32Array, expected: Scores): void {
  const score = scoreLogits(logits, labels);
  expect(score.accuracy).toBe(expected.accuracy);
  expect(score.loss).toBeCloseTo(expected.loss, 10);
  expect([...confusionMatrix(logits, labels)]).toEqual(expected.confusion);
  expect(calibration(new Predictions(logits, labels)).error).toBeCloseTo(expected.ece, 12);
}

describe('metrics against PyTorch, scikit-learn and SciPy', () => {
  it.each([0, 1, 2])('scores member %i as they do, huge logits and ties included', (index) => {
    expectScores(members[index]!, reference.scores[index]!);
  });

  it('averages logits', () => {
    expectScores(ensembleLogits('mean-logits', members, reference.classes), reference.meanLogits);
  });

  it('averages probabilities', () => {
    const score = scoreLogits(ensembleLogits('mean-probabilities', members, reference.classes), labels);
    expect(score.accuracy).toBe(reference.meanProbabilities.accuracy);
    expect(score.loss).toBeCloseTo(reference.meanProbabilities.loss, 6);
  });

  it.each(reference.mcnemar)('tests $onlyFirst against $onlySecond exactly', ({ onlyFirst, onlySecond, p }) => {
    expect(Math.abs(mcnemarExact({ onlyFirst, onlySecond }) - p)).toBeLessThanOrEqual(1e-9 * p);
  });

  it.each(reference.wilson)('bounds $correct of $total by Wilson', ({ correct, total, interval }) => {
    const found = wilsonInterval(correct, total);
    expect(found.low).toBeCloseTo(interval[0], 12);
    expect(found.high).toBeCloseTo(interval[1], 12);
  });

  it.each(reference.bootstrap)('bounds the difference of members $first and $second', ({ first, second, interval }) => {
    const found = comparePaired(correctness(members[first]!, labels), correctness(members[second]!, labels), 7);
    // The bounds are multiples of one sample; 10,000 resamples of ours against 200,000 of SciPy's may differ by one.
    expect(Math.abs(found.interval.low - interval[0])).toBeLessThanOrEqual(1 / labels.length + 1e-12);
    expect(Math.abs(found.interval.high - interval[1])).toBeLessThanOrEqual(1 / labels.length + 1e-12);
  });

  it.each(reference.lossBootstrap)('bounds the difference of the losses of $first and $second', (expected) => {
    const [first, second] = [expected.first, expected.second].map((at) => new Predictions(members[at]!, labels));
    const found = compareBy(findMetric('loss'), first!, second!, 7)!;
    expect(found.difference).toBeCloseTo(expected.difference, 10);
    // Ends of 2,000 resamples scatter by about a twentieth of the interval's width around those of 200,000.
    const width = expected.interval[1] - expected.interval[0];
    expect(Math.abs(found.interval.low - expected.interval[0])).toBeLessThan(width / 15);
    expect(Math.abs(found.interval.high - expected.interval[1])).toBeLessThan(width / 15);
  });

  it.each(reference.registry)('scores $classes unequally frequent classes by every metric as they do', (expected) => {
    const found = scoreAll(new Predictions(Float32Array.from(expected.logits), Int32Array.from(expected.labels)));
    expect(Object.keys(found)).toEqual(METRICS.map(({ id }) => id));
    expect(Object.keys(expected.scores)).toEqual(expect.arrayContaining(Object.keys(found)));
    for (const [id, value] of Object.entries(expected.scores)) {
      if (value === null) expect(found[id]).toBeNull();
      else expect(found[id]).toBeCloseTo(value, 10);
    }
  });

  it.each(reference.rowBootstrap)('bounds the difference by $metric of $first and $second', (expected) => {
    const of = (at: number): Predictions => new Predictions(members[at]!, labels);
    const found = compareBy(findMetric(expected.metric), of(expected.first), of(expected.second), 7)!;
    expect(found.difference).toBeCloseTo(expected.difference, 10);
    // Ends of thousands of resamples scatter by about a twentieth of the interval's width.
    const width = expected.interval[1] - expected.interval[0];
    expect(Math.abs(found.interval.low - expected.interval[0])).toBeLessThan(width / 12);
    expect(Math.abs(found.interval.high - expected.interval[1])).toBeLessThan(width / 12);
  });

  it('gives a diverged model no figure where it would flatter it', () => {
    const diverged = new Predictions(new Float32Array(12).fill(Number.NaN), Int32Array.of(0, 1));
    expect(scoreAll(diverged)).toEqual({
      accuracy: 0,
      loss: null,
      'top-5': 0,
      'balanced-accuracy': 0,
      'macro-f1': 0,
      brier: null,
      'calibration-error': null,
    });
  });

  it('says nothing of losses that are not numbers', () => {
    const of = (logit: number): Predictions => new Predictions(Float32Array.of(logit, 0, 1, 0), Int32Array.of(0, 1));
    expect(compareBy(findMetric('loss'), of(Number.NaN), of(1), 7)).toBeUndefined();
  });
});
