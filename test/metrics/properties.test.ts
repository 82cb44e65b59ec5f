import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialSampler, logChoose } from '../../main/metrics/binomial.ts';
import { calibration } from '../../main/metrics/calibration.ts';
import { margins, predictedClasses, probabilities, scoreLogits } from '../../main/metrics/classification.ts';
import { ensembleLogits } from '../../main/metrics/ensemble.ts';
import { wilsonInterval } from '../../main/metrics/interval.ts';
import { bootstrapDifference, comparePaired, countPairs, mcnemarExact } from '../../main/metrics/paired.ts';
import { Predictions } from '../../main/metrics/predictions.ts';
import { Random } from '../../main/random.ts';

const CLASSES = 4;
const logit = fc.float({ min: -50, max: 50, noNaN: true });
const rows = fc.array(
  fc.tuple(fc.integer({ min: 0, max: CLASSES - 1 }), fc.array(logit, { minLength: CLASSES, maxLength: CLASSES })),
  {
    minLength: 1,
    maxLength: 40,
  },
);

function arrays(given: readonly (readonly [number, readonly number[]])[]): [Float32Array, Int32Array] {
  return [Float32Array.from(given.flatMap(([, values]) => values)), Int32Array.from(given, ([label]) => label)];
}

describe('classification scores', () => {
  it('do not change when a constant is added to a row', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -64, max: 64 }), (given, shift) => {
        const whole = given.map(([label, values]) => [label, values.map(Math.round)] as const);
        const [logits, labels] = arrays(whole);
        const moved = scoreLogits(
          logits.map((value) => value + shift),
          labels,
        );
        const score = scoreLogits(logits, labels);
        expect(moved.correct).toBe(score.correct);
        expect(moved.loss).toBeCloseTo(score.loss, 9);
      }),
    );
  });

  it('give probabilities that add up to one, largest where the prediction is', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [logits] = arrays(given);
        const shares = probabilities(logits, CLASSES);
        predictedClasses(logits, CLASSES).forEach((chosen, row) => {
          const own = [...shares.subarray(row * CLASSES, (row + 1) * CLASSES)];
          expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
          expect(own[chosen]).toBe(Math.max(...own));
        });
      }),
    );
  });

  it('have a positive margin only where the prediction is right', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [logits, labels] = arrays(given);
        const chosen = predictedClasses(logits, CLASSES);
        margins(logits, labels).forEach((margin, row) => {
          if (margin > 0) expect(chosen[row]).toBe(labels[row]);
          if (margin < 0) expect(chosen[row]).not.toBe(labels[row]);
        });
      }),
    );
  });

  it('credit a diverged model with nothing', () => {
    const logits = new Float32Array(2 * CLASSES).fill(Number.NaN);
    const score = scoreLogits(logits, new Int32Array(2));
    expect(score.correct).toBe(0);
    expect(score.loss).toBeNaN();
  });

  it('refuse logits that are not one row per label', () => {
    expect(() => scoreLogits(new Float32Array(7), new Int32Array(2))).toThrow(RangeError);
  });

  it('keep the calibration error between zero and one', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const { error, bins } = calibration(new Predictions(...arrays(given)));
        expect(error).toBeGreaterThanOrEqual(0);
        expect(error).toBeLessThanOrEqual(1);
        expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(given.length);
      }),
    );
  });
});

describe('an ensemble', () => {
  it.each(['mean-logits', 'mean-probabilities'] as const)('of one model by %s predicts what the model does', (kind) => {
    fc.assert(
      fc.property(rows, (given) => {
        const [logits] = arrays(given.map(([label, values]) => [label, values.map(Math.round)] as const));
        const single = ensembleLogits(kind, [logits], CLASSES);
        expect(predictedClasses(single, CLASSES)).toEqual(predictedClasses(logits, CLASSES));
      }),
    );
  });

  it('refuses members of different shapes, or none', () => {
    expect(() => ensembleLogits('mean-logits', [new Float32Array(4), new Float32Array(8)], CLASSES)).toThrow(
      RangeError,
    );
    expect(() => ensembleLogits('mean-logits', [], CLASSES)).toThrow(RangeError);
  });
});

describe('paired comparisons', () => {
  const hits = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
    minLength: 1,
    maxLength: 200,
  });

  it('mirror when the subjects are exchanged', () => {
    fc.assert(
      fc.property(hits, (pairs) => {
        const first = Uint8Array.from(pairs, ([hit]) => hit);
        const second = Uint8Array.from(pairs, ([, hit]) => hit);
        const counts = countPairs(first, second);
        expect(mcnemarExact(counts)).toBe(mcnemarExact(countPairs(second, first)));
        expect(counts.onlyFirst - counts.onlySecond).toBe(
          first.reduce((sum, hit) => sum + hit, 0) - second.reduce((sum, hit) => sum + hit, 0),
        );
      }),
    );
  });

  it('give the same interval for the same seed, around the difference', () => {
    const counts = { total: 10_000, onlyFirst: 90, onlySecond: 50 };
    const interval = bootstrapDifference(counts, 3);
    expect(bootstrapDifference(counts, 3)).toEqual(interval);
    expect(interval.low).toBeLessThan(0.004);
    expect(interval.high).toBeGreaterThan(0.004);
    // Half the width is near 1.96 √(b + c) / n.
    expect((interval.high - interval.low) / 2).toBeCloseTo((1.96 * Math.sqrt(140)) / 10_000, 4);
  });

  it('say that identical subjects do not differ', () => {
    const same = Uint8Array.of(1, 0, 1);
    expect(comparePaired(same, same, 1)).toMatchObject({ difference: 0, pValue: 1, interval: { low: 0, high: 0 } });
  });

  it('refuse subjects on different samples', () => {
    expect(() => countPairs(new Uint8Array(3), new Uint8Array(4))).toThrow(RangeError);
  });
});

describe('binomial numbers', () => {
  it.each([
    [10_000, 0.014],
    [10_000, 0.5],
    [37, 0.9],
    [1_000_000, 0.3],
  ])('of %i trials at %f have the right mean and variance', (trials, probability) => {
    const random = new Random(5, trials);
    const draw = binomialSampler(trials, probability);
    const count = 20_000;
    const drawn = Float64Array.from({ length: count }, () => draw(random));
    const mean = drawn.reduce((sum, value) => sum + value, 0) / count;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    const expected = trials * probability * (1 - probability);
    expect(Math.abs(mean - trials * probability)).toBeLessThan(4 * Math.sqrt(expected / count));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
  });

  it('come up as often as their probabilities say, those at both ends too', () => {
    const [trials, probability, count] = [9, 0.3, 200_000];
    const random = new Random(6, 'frequencies');
    const draw = binomialSampler(trials, probability);
    const found = new Float64Array(trials + 1);
    for (let i = 0; i < count; i++) found[draw(random)]! += 1;
    for (const [k, times] of found.entries()) {
      const share = Math.exp(logChoose(trials, k)) * probability ** k * (1 - probability) ** (trials - k);
      expect(Math.abs(times - count * share)).toBeLessThan(4.5 * Math.sqrt(count * share));
    }
  });
});

describe('intervals', () => {
  it('hold the observed share within Wilson bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (total, share) => {
        const correct = Math.round(total * share);
        const { low, high } = wilsonInterval(correct, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(correct / total).toBeGreaterThanOrEqual(low);
        expect(correct / total).toBeLessThanOrEqual(high);
      }),
    );
  });
});
