import { describe, expect, test } from 'vitest';
import { findMethod } from '../../../main/mix/methods/index.ts';
import type { Floats, MethodParameters } from '../../../main/mix/methods/tensor-method.ts';
import { Random } from '../../../main/random.ts';
import { parametersOf } from './parameters.ts';
import { mergeWith } from './tensor-in-memory.ts';

const SHAPE = [6, 4, 3];
const COUNT = 72;
const random = new Random(8, 'papers');
const base = Float64Array.from({ length: COUNT }, () => random.normal());
const models = [1, 2, 3].map(() => base.map((value) => value + 1e-4 * random.normal()));
const changes = models.map((model) => model.map((value, i) => value - base[i]!));

function merge(name: string, given: Partial<MethodParameters>, values: readonly Floats[] = [base, ...models]): Floats {
  const method = findMethod(name)!;
  const parameters = parametersOf(method, values.length, { base: 0, ...given });
  return mergeWith(method, { shape: SHAPE, precision: 'f64', values }, parameters);
}

function expectClose(merged: Floats, reference: (i: number) => number): void {
  for (const [i, value] of merged.entries()) expect(value).toBeCloseTo(reference(i), 12);
}

function cosine(a: Float64Array, b: Float64Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function ratio(vectors: readonly Float64Array[]): number {
  const [a, b, c] = vectors as readonly [Float64Array, Float64Array, Float64Array];
  const mean = (cosine(a, b) + cosine(a, c) + cosine(b, c)) / 3;
  return (3 * mean) / (1 + 2 * mean);
}

const averageChange = (i: number): number => (changes[0]![i]! + changes[1]![i]! + changes[2]![i]!) / 3;

describe('Model Stock as in the paper', () => {
  test('has the ratio of the angles, however small the changes are', () => {
    const t = ratio(changes);
    expectClose(merge('model_stock', { shared: { norm_floor: 0 } }), (i) => base[i]! + t * averageChange(i));
  });

  test('has one ratio for each output where filters run along the first axis', () => {
    const shared = { norm_floor: 0, filter_wise: true, filter_axis: 'first' };
    const ratios = [0, 1, 2, 3, 4, 5].map((row) => ratio(changes.map((each) => each.slice(row * 12, row * 12 + 12))));
    expectClose(merge('model_stock', { shared }), (i) => base[i]! + ratios[Math.floor(i / 12)]! * averageChange(i));
  });
});

describe('TIES as in the paper', () => {
  const density = 0.5;
  const trimmed = changes.map((change) => {
    const order = [...change.keys()].sort((a, b) => Math.abs(change[b]!) - Math.abs(change[a]!));
    const kept = new Set(order.slice(0, density * COUNT));
    return change.map((value, i) => (kept.has(i) ? value : 0));
  });
  const each = { weight: [0, 1, 1, 1], density: [0, density, density, density] };

  const disjointMean = (i: number, sign: number): number => {
    const agreeing = trimmed.map((change) => change[i]!).filter((value) => Math.sign(value) === sign);
    return agreeing.length === 0 ? 0 : agreeing.reduce((sum, value) => sum + value, 0) / agreeing.length;
  };

  test('averages the trimmed changes that have the sign of their sum', () => {
    const mass = (i: number): number => (trimmed.reduce((sum, change) => sum + change[i]!, 0) >= 0 ? 1 : -1);
    expectClose(merge('ties', { each, shared: { lambda: 0.4 } }), (i) => base[i]! + 0.4 * disjointMean(i, mass(i)));
  });

  test('can elect by the number of signs', () => {
    const votes = (i: number): number =>
      trimmed.reduce((sum, change) => sum + Math.sign(change[i]!), 0) >= 0 ? 1 : -1;
    const merged = merge('ties', { each, shared: { sign_election: 'count' } });
    expectClose(merged, (i) => base[i]! + disjointMean(i, votes(i)));
  });

  test('can divide what is kept by the density', () => {
    const merged = merge('ties', { each, shared: { rescale: true, rescale_by: 'density' } });
    const plain = merge('ties', { each });
    expectClose(merged, (i) => base[i]! + (plain[i]! - base[i]!) / density);
  });
});

test('SCE as in the paper weighs models by their mean squares, however small', () => {
  const squares = changes.map((change) => dot(change, change));
  const shares = squares.map((square) => square / (squares[0]! + squares[1]! + squares[2]!));
  const merged = merge('sce', { shared: { weight_floor: 0 } });
  expectClose(merged, (i) => {
    const sign = changes.reduce((sum, change) => sum + change[i]!, 0) >= 0 ? 1 : -1;
    let [total, divisor] = [0, 0];
    for (const [model, change] of changes.entries()) {
      if (Math.sign(change[i]!) !== sign) continue;
      total += shares[model]! * change[i]!;
      divisor += shares[model]!;
    }
    return base[i]! + total / divisor;
  });
});

test('a Karcher mean has no direction left to go', () => {
  const vectors = [1, 2, 3, 4].map(() => Float64Array.from({ length: COUNT }, () => random.normal() + 0.5));
  const mean = merge('karcher', { shared: { max_iter: 60, tol: 1e-13 } }, vectors) as Float64Array;
  const length = Math.sqrt(dot(mean, mean));
  const tangent = new Float64Array(COUNT);
  for (const vector of vectors) {
    const own = Math.sqrt(dot(vector, vector));
    const along = dot(vector, mean) / own / length;
    const factor = Math.acos(along) / Math.sqrt(1 - along ** 2);
    for (let i = 0; i < COUNT; i++) tangent[i]! += factor * (vector[i]! / own - (along * mean[i]!) / length);
  }
  expect(Math.sqrt(dot(tangent, tangent))).toBeLessThan(1e-10);
});
