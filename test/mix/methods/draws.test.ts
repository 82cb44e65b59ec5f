import { describe, expect, test } from 'vitest';
import { findMethod } from '../../../main/mix/methods/index.ts';
import type { Floats, MethodParameters } from '../../../main/mix/methods/tensor-method.ts';
import { Random } from '../../../main/random.ts';
import { parametersOf } from './parameters.ts';
import { mergeWith } from './tensor-in-memory.ts';

const dare = findMethod('dare_linear')!;
const della = findMethod('della_linear')!;

const COUNT = 40_000;
const zeros = new Float32Array(COUNT);
const ones = new Float32Array(COUNT).fill(1);

function draw(
  method: typeof dare,
  values: readonly Floats[],
  given: Omit<MethodParameters, 'base'>,
  name = 'layer.weight',
  shape: readonly number[] = [COUNT],
): Floats {
  return mergeWith(method, { name, shape, values }, parametersOf(method, values.length, { base: 0, ...given }), 4096);
}

/** One where a model that is one everywhere was kept. */
function kept(share: number, seed: number, name?: string): Floats {
  return draw(
    dare,
    [zeros, ones],
    { seed, shared: { rescale: false }, each: { weight: [0, 1], density: [0, share] } },
    name,
  );
}

function mean(values: Floats): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** Four standard errors of a share: one such test in 16,000 would fail by chance, and the seeds are fixed. */
function margin(share: number, count: number): number {
  return 4 * Math.sqrt((share * (1 - share)) / count);
}

describe('what DARE keeps', () => {
  test.each([0.01, 0.1, 0.5, 0.9, 0.999])('is a share of %d', (share) => {
    expect(Math.abs(mean(kept(share, 3)) - share)).toBeLessThan(margin(share, COUNT));
  });

  test('is nothing at density 0 and everything at density 1', () => {
    expect(mean(kept(0, 3))).toBe(0);
    expect(mean(kept(1, 3))).toBe(1);
  });

  test('is the same for the same seed and name, and something else for others', () => {
    expect(kept(0.5, 3)).toEqual(kept(0.5, 3));
    const both = (other: Floats): number => mean(kept(0.5, 3).map((value, i) => value * other[i]!) as Floats);
    for (const other of [kept(0.5, 4), kept(0.5, 3, 'layer.bias')]) {
      expect(Math.abs(both(other) - 0.25)).toBeLessThan(margin(0.25, COUNT));
    }
  });

  test('of one model does not depend on what is kept of another', () => {
    const given = { seed: 5, shared: { rescale: false }, each: { weight: [0, 1, 2], density: [0, 0.5, 0.5] } };
    const values = draw(dare, [zeros, ones, ones], given);
    for (const sum of [0, 1, 2, 3]) {
      const share = values.filter((value) => value === sum).length / COUNT;
      expect(Math.abs(share - 0.25)).toBeLessThan(margin(0.25, COUNT));
    }
  });

  test('does not depend on what is kept of the elements nearby', () => {
    const values = kept(0.5, 7);
    for (const distance of [1, 2, 3, 4, 8, 64, 1024]) {
      const pairs = COUNT - distance;
      const both = mean(values.subarray(0, pairs).map((value, i) => value * values[i + distance]!) as Floats);
      expect(Math.abs(both - 0.25)).toBeLessThan(margin(0.25, pairs));
    }
  });
});

describe('rescaling', () => {
  const random = new Random(11, 'changes');
  const count = 400;
  const base = Float32Array.from({ length: count }, () => random.normal());
  const model = base.map((value) => value + random.normal());
  const seeds = 2000;

  test.each([
    ['dare_linear', dare],
    ['della_linear', della],
  ])('%s by density leaves the mean of what is merged as it was', (_, method) => {
    const sums = new Float64Array(count);
    const squares = new Float64Array(count);
    for (let seed = 0; seed < seeds; seed++) {
      const shared = { rescale_by: 'density' };
      const each = { weight: [0, 1], density: [0, 0.4] };
      const merged = draw(method, [base, model], { seed, shared, each }, 'layer', [4, count / 4]);
      for (const [i, value] of merged.entries()) {
        sums[i]! += value;
        squares[i]! += value * value;
      }
    }
    for (let i = 0; i < count; i++) {
      const average = sums[i]! / seeds;
      const error = Math.sqrt(Math.max(0, squares[i]! / seeds - average ** 2) / seeds);
      expect(Math.abs(average - model[i]!)).toBeLessThan(5 * error + 1e-6);
    }
  });

  test('by norm gives each model the sum of magnitudes that its changes had', () => {
    const each = { weight: [0, 1], density: [0, 0.3] };
    const merged = draw(dare, [new Float32Array(count), model], { seed: 1, shared: {}, each }, 'layer', [count]);
    const magnitudes = (values: Floats): number => mean(values.map(Math.abs) as Floats);
    expect(magnitudes(merged) / magnitudes(model)).toBeCloseTo(1, 5);
  });
});

describe('what DELLA keeps', () => {
  test('grows evenly with the rank of the magnitude, from density − epsilon to density + epsilon', () => {
    const length = 50;
    const rows = 4000;
    const row = Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
    const model = new Float32Array(rows * length);
    for (let i = 0; i < rows; i++) model.set(row, i * length);
    const each = { weight: [0, 1], density: [0, 0.5], epsilon: [0, 0.4] };
    const base = new Float32Array(model.length);
    const merged = draw(della, [base, model], { seed: 2, shared: { rescale: false }, each }, 'layer', [rows, length]);
    for (let i = 0; i < length; i++) {
      let count = 0;
      for (let at = i; at < merged.length; at += length) if (merged[at] !== 0) count++;
      const expected = 0.1 + (0.8 * i) / (length - 1);
      expect(Math.abs(count / rows - expected)).toBeLessThan(margin(expected, rows));
    }
  });

  test('of what has nothing to be ranked against is the density', () => {
    const shape = [COUNT, 1, 1];
    const each = { weight: [0, 1], density: [0, 0.3], epsilon: [0, 0.2] };
    const merged = draw(della, [zeros, ones], { seed: 2, shared: { rescale: false }, each }, 'depthwise', shape);
    expect(Math.abs(mean(merged) - 0.3)).toBeLessThan(margin(0.3, COUNT));
  });

  test.each(['rows', 'tensor'])('can be ranked among %s', (ranks) => {
    const shape = [2, 3, 4];
    const values = Float32Array.from({ length: 24 }, (_, i) => i + 1);
    const shared = { rescale: false, ranks };
    const each = { weight: [0, 1], density: [0, 0.5], epsilon: [0, 0.4999] };
    const counts = new Float64Array(24);
    for (let seed = 0; seed < 400; seed++) {
      const merged = draw(della, [new Float32Array(24), values], { seed, shared, each }, 'layer', shape);
      for (const [i, value] of merged.entries()) if (value !== 0) counts[i]! += 1 / 400;
    }
    const length = ranks === 'rows' ? 12 : 24;
    for (const [i, share] of counts.entries()) {
      expect(Math.abs(share - (i % length) / (length - 1))).toBeLessThan(0.11);
    }
  });
});
