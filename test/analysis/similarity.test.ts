import { describe, expect, test } from 'vitest';
import { compareCheckpoints } from '../../main/analysis/compare-checkpoints.ts';
import { measureSimilarity } from '../../main/analysis/similarity.ts';
import type { Progress } from '../../main/progress.ts';
import { rejectionOf } from '../checkpoints/fixtures.ts';
import { drawn, type Numbers, opening, openingWeights, withNoise } from './constructed.ts';

const numbersOf = (...values: readonly number[]): Numbers => ({
  w: { shape: [2, values.length / 2], values: Float64Array.from(values) },
});

async function similarityOf(...all: readonly Numbers[]) {
  const checkpoints = [];
  for (const [index, numbers] of all.entries()) checkpoints.push(await opening(numbers, String(index)));
  return measureSimilarity(checkpoints);
}

describe('measureSimilarity', () => {
  test('gives the cosine of all elements, across chunks', async () => {
    const shapes = { big: [700, 1000] };
    const a = drawn(shapes, 1);
    const b = withNoise(a, 1, 2);
    const [big] = await similarityOf(a, b);
    const f32 = (numbers: Numbers) => Float32Array.from(numbers.big!.values);
    const [x, y] = [f32(a), f32(b)];
    let [xx, yy, xy] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      xx += x[i]! ** 2;
      yy += y[i]! ** 2;
      xy += x[i]! * y[i]!;
    }
    expect(big!.pairs[0]!.cosine).toBeCloseTo(xy / Math.sqrt(xx * yy), 12);
  });

  test('compares types with each other, each widened exactly', async () => {
    const values = numbersOf(1, 2, -3, 0.5);
    const checkpoints = [
      await opening(values, 'a', 'F32'),
      await opening(values, 'b', 'BF16'),
      await opening(values, 'c', 'F64'),
    ];
    const [tensor] = await measureSimilarity(checkpoints);
    expect(tensor!.pairs.map(({ cosine, identical }) => [cosine, identical])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ]);
  });

  test('counts NaN and infinities, and leaves cosines with them undefined', async () => {
    const [tensor] = await similarityOf(
      numbersOf(1, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN),
      numbersOf(1, 2, 3, 4),
      numbersOf(2, 4, 6, 8),
    );
    expect(tensor!.facts.map(({ nanCount, infinityCount }) => [nanCount, infinityCount])).toEqual([
      [2, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(tensor!.pairs.map(({ cosine }) => cosine)).toEqual([undefined, undefined, 1]);
  });

  test('names tensors that are all zero', async () => {
    const [tensor] = await similarityOf(numbersOf(0, 0, -0, 0), numbersOf(0, 0, 0, 1));
    expect(tensor!.facts.map(({ allZero }) => allZero)).toEqual([true, false]);
    expect(tensor!.pairs[0]!.cosine).toBeUndefined();
  });

  test('looks at tensors that only one checkpoint holds, and compares none of another shape', async () => {
    const tensors = await similarityOf(drawn({ a: [3, 3], b: [2, 2] }, 1), drawn({ a: [9], c: [2, 2] }, 1));
    expect(tensors.map(({ name, facts, pairs }) => [name, facts.length, pairs.length])).toEqual([
      ['a', 1, 0],
      ['b', 1, 0],
      ['a', 1, 0],
      ['c', 1, 0],
    ]);
  });

  test('only asks of integers whether they are identical', async () => {
    const counter = (value: bigint) =>
      new Map([['n', { dtype: 'I64', shape: [], bytes: new Uint8Array(BigInt64Array.of(value).buffer) } as const]]);
    const checkpoints = [];
    for (const value of [1n, 1n, 2n]) checkpoints.push(await openingWeights(counter(value), 'counter'));
    const [tensor] = await measureSimilarity(checkpoints);
    expect(tensor!.pairs.map(({ identical, cosine }) => [identical, cosine])).toEqual([
      [true, undefined],
      [false, undefined],
      [false, undefined],
    ]);
  });

  test('recognises a tied tensor, and lets it vote once', async () => {
    const tied = (seed: number): Numbers => {
      const { embedding } = drawn({ embedding: [64, 64] }, seed) as { embedding: Numbers[string] };
      return { embedding, head: embedding };
    };
    const [a, b] = [await opening(tied(1), 'a'), await opening(tied(2), 'b')];
    const { pairs } = await compareCheckpoints([a, b]);
    expect(pairs[0]!.tensors.map(({ relation }) => relation)).toEqual([
      { kind: 'unrelated' },
      { kind: 'set-aside', reason: 'tied' },
    ]);
  });

  test('reports its progress in bytes, and can be cancelled', async () => {
    const shapes = { big: [800, 1000], small: [3] };
    const checkpoints = [await opening(drawn(shapes, 1), 'a'), await opening(drawn(shapes, 2), 'b')];
    const seen: Progress[] = [];
    await measureSimilarity(checkpoints, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({ done: 2 * 4 * 800_003, total: 2 * 4 * 800_003, unit: 'bytes' });
    const controller = new AbortController();
    const cancelled = await rejectionOf(() =>
      measureSimilarity(checkpoints, { signal: controller.signal, onProgress: () => controller.abort() }),
    );
    expect(cancelled.code).toBe('job/cancelled');
  });
});
