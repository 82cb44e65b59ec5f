import { describe, expect, test } from 'vitest';
import type { TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { tensorInfo } from '../../main/checkpoints/tensor-size.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { mixSources } from '../../main/mix/in-memory.ts';
import { Mixer } from '../../main/mix/mixer.ts';
import { type Mixture, plainMixture } from '../../main/mix/mixture.ts';
import { planMixture, type TensorSource } from '../../main/mix/plan.ts';
import { roundToTable, valuesOfBrains, valuesOfHalfs } from './sixteen-bits.ts';
import { elementsOf, network, randomSingles, singles, tensor } from './temporary-checkpoints.ts';

function sourceOf(tensors: Readonly<Record<string, TensorValue>>, path = 'memory'): TensorSource {
  const infos = Object.entries(tensors).map(([name, value]) => tensorInfo(name, value.dtype, value.shape)!);
  return {
    path,
    tensors: new Map(infos.map((info) => [info.name, info])),
    read: (name, offset, target) => target.set(tensors[name]!.bytes.subarray(offset, offset + target.length)),
  };
}

function mixtureOfWeights(weights: readonly number[], changes: Partial<Mixture> = {}): Mixture {
  const ingredients = weights.map((_, i) => ({ path: `${i}`, sha256: '' }));
  return { ...plainMixture(ingredients, weights), ...changes };
}

function mix(
  tensors: readonly Readonly<Record<string, TensorValue>>[],
  weights: readonly number[],
  changes: Partial<Mixture> = {},
): Weights {
  return mixSources(
    mixtureOfWeights(weights, changes),
    tensors.map((each) => sourceOf(each)),
  );
}

const WEIGHTS = [0.3, -1.7, 0.123456789, 2.5, 1 / 3];
const INPUTS = WEIGHTS.map((_, i) => randomSingles([1001], i));

function sumInDoubles(element: number): number {
  return INPUTS.reduce((sum, input, i) => sum + WEIGHTS[i]! * elementsOf(input)[element]!, 0);
}

describe('sums', () => {
  const tensors = INPUTS.map((w) => ({ w }));

  test('are accumulated in f64 in the order of the ingredients and rounded once', () => {
    const found = elementsOf(mix(tensors, WEIGHTS).get('w'));
    for (const i of [0, 1, 2, 3, 500, 999, 1000]) expect(found[i]).toBe(Math.fround(sumInDoubles(i)));
  });

  test('are accumulated in f32 where asked', () => {
    const found = elementsOf(mix(tensors, WEIGHTS, { accumulate: 'f32' }).get('w'));
    for (const i of [0, 7, 1000]) {
      const products = INPUTS.map((input, k) => Math.fround(Math.fround(WEIGHTS[k]!) * elementsOf(input)[i]!));
      expect(found[i]).toBe(products.reduce((sum, product) => Math.fround(sum + product)));
    }
  });

  test('are written in the type asked for', () => {
    const doubles = elementsOf(mix(tensors, WEIGHTS, { dtype: 'F64' }).get('w'));
    const halfs = new Uint16Array(mix(tensors, WEIGHTS, { dtype: 'F16' }).get('w')!.bytes.buffer);
    const brains = new Uint16Array(mix(tensors, WEIGHTS, { dtype: 'BF16' }).get('w')!.bytes.buffer);
    for (const i of [0, 9, 1000]) {
      expect(doubles[i]).toBe(sumInDoubles(i));
      expect(halfs[i]).toBe(roundToTable(sumInDoubles(i), valuesOfHalfs()));
      expect(brains[i]).toBe(roundToTable(sumInDoubles(i), valuesOfBrains()));
    }
  });

  test('of F64 tensors are accumulated in f64 even when f32 is asked for', () => {
    const a = tensor('F64', [2], Float64Array.of(1 + 2 ** -40, 0.1));
    const b = tensor('F64', [2], Float64Array.of(2 ** -41, 0.7));
    const found = mix([{ w: a }, { w: b }], [1, 1], { accumulate: 'f32' }).get('w');
    expect(elementsOf(found)).toEqual([1 + 2 ** -40 + 2 ** -41, 0.1 + 0.7]);
  });

  test('widen each ingredient from its own type', () => {
    const inputs = [
      { w: tensor('F16', [2], Uint16Array.of(0x3c00, 0x0001)) },
      { w: tensor('BF16', [2], Uint16Array.of(0x4000, 0xbf80)) },
      { w: tensor('F8_E4M3', [2], Uint8Array.of(0x38, 0x01)) },
      { w: tensor('F8_E5M2', [2], Uint8Array.of(0x3c, 0x01)) },
      { w: singles([2], [0.5, 0.25]) },
      { w: tensor('F64', [2], Float64Array.of(8, 0)) },
    ];
    const found = mix(inputs, [1, 1, 1, 1, 1, 1], { dtype: 'F64' }).get('w');
    expect(elementsOf(found)).toEqual([1 + 2 + 1 + 1 + 0.5 + 8, 2 ** -24 - 1 + 2 ** -9 + 2 ** -16 + 0.25]);
  });

  test('do not depend on the size of the chunks', () => {
    const sources = tensors.map((each) => sourceOf(each));
    const step = planMixture(mixtureOfWeights(WEIGHTS), sources).steps[0]!;
    const expected = elementsOf(mix(tensors, WEIGHTS).get('w'));
    for (const chunkBytes of [64, 128, 1000, 4096]) {
      const found = new Uint8Array(step.output.byteLength);
      new Mixer(sources.length, chunkBytes).mix(step, sources, (bytes, offset) => found.set(bytes, offset));
      expect([...new Float32Array(found.buffer)]).toEqual(expected);
    }
  });

  test('of one ingredient keep the sign of zero', () => {
    const found = mix([{ w: singles([2], [-0, 0]) }], [1], { dtype: 'F64' }).get('w');
    expect(elementsOf(found).map((value) => Object.is(value, -0))).toEqual([true, false]);
  });
});

describe('which ingredient', () => {
  test('integers and booleans come from the heaviest, ties from the earlier', () => {
    const nets = [network(1), network(2), network(3)];
    const counters = (weights: readonly number[]): bigint =>
      new BigInt64Array(mix(nets, weights).get('bn.num_batches_tracked')!.bytes.slice().buffer)[0]!;
    expect(counters([0.2, 0.5, 0.3])).toBe(2n);
    expect(counters([0.4, 0.2, 0.4])).toBe(1n);
    expect(counters([0, -1, -2])).toBe(2n);
  });

  test('with weight one alone is taken byte for byte, NaN and all', () => {
    const odd = tensor('F32', [2], Float32Array.from([0, 0]));
    new Uint32Array(odd.bytes.buffer).set([0xffc12345, 0x80000001]);
    const found = mix([{ w: singles([2], [1, 2]) }, { w: odd }], [0, 1]).get('w');
    expect([...found!.bytes]).toEqual([...odd.bytes]);
  });

  test('decides the type that is kept: the first that takes part', () => {
    const inputs = [{ w: singles([1], [1]) }, { w: tensor('F16', [1], Uint16Array.of(0x3c00)) }];
    expect(mix(inputs, [0.5, 0.5]).get('w')?.dtype).toBe('F32');
    expect(mix(inputs, [0, 0.5]).get('w')?.dtype).toBe('F16');
  });

  test('differs between tensor groups', () => {
    const inputs = [1, 2].map((value) => ({ head: singles([1], [value]), body: singles([1], [10 * value]) }));
    const groups = [
      { name: 'head', tensors: ['head'], weights: [0, 1] },
      { name: 'body', tensors: 'rest', weights: [0.5, 0.5] },
    ] as const;
    const found = mix(inputs, [1, 1], { groups });
    expect([...found].map(([name, value]) => [name, elementsOf(value)])).toEqual([
      ['head', [2]],
      ['body', [15]],
    ]);
  });
});

describe('against NumPy in float64', () => {
  const fixture = async (name: string): Promise<Weights> => {
    const checkpoint = await openCheckpoint(new URL(`../fixtures/mix/${name}`, import.meta.url).pathname);
    try {
      return readWeights(checkpoint);
    } finally {
      checkpoint.close();
    }
  };
  const sums = (): Promise<Weights> => fixture('sum-f64.safetensors');
  const together = async (names: readonly string[]) =>
    (await Promise.all(names.map(fixture))).map((weights) => Object.fromEntries(weights));
  const relativeError = (found: readonly number[], exact: readonly number[]): number =>
    Math.max(0, ...found.map((value, i) => Math.abs(value - exact[i]!) / Math.abs(exact[i]!)));

  test('.pt and safetensors files of four element types', async () => {
    const files = [
      'ingredient-0.safetensors',
      'ingredient-1.pt',
      'ingredient-2.safetensors',
      'ingredient-3.safetensors',
    ];
    const expected = await sums();
    const inputs = await together(files);
    const found = mix(inputs, [0.5, -0.25, 0.15, 0.6]);
    for (const name of ['conv.weight', 'fc.weight', 'fc.bias', 'scale', 'none']) {
      const exact = elementsOf(expected.get(name));
      expect(elementsOf(found.get(name))).toEqual(exact.map(Math.fround));
      expect(relativeError(elementsOf(found.get(name)), exact)).toBeLessThan(1e-6);
    }
    expect(found.get('num_batches_tracked')).toEqual(expected.get('num_batches_tracked'));
  });

  test('terms that cancel', async () => {
    const expected = await sums();
    const inputs = await together([0, 1, 2, 3].map((i) => `cancelling-${i}.safetensors`));
    const exact = elementsOf(expected.get('cancelling'));
    expect(relativeError(elementsOf(mix(inputs, [1, -1, 1, -1]).get('weight')), exact)).toBeLessThan(1e-6);
  });
});
