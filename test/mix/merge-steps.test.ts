import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BYTES_PER_ELEMENT, type DType, type TensorValue } from '../../main/checkpoints/checkpoint.ts';
import { tensorInfo } from '../../main/checkpoints/tensor-size.ts';
import type { Piece, TensorMethod } from '../../main/mix/methods/tensor-method.ts';
import { Mixer } from '../../main/mix/mixer.ts';
import type { MergeStep, TensorSource } from '../../main/mix/plan.ts';
import { roundToTable, valuesOfBrains, valuesOfHalfs } from './sixteen-bits.ts';
import { elementsOf, randomSingles, singles, tensor } from './temporary-checkpoints.ts';

const SHAPE = [70, 1001] as const;
const INPUTS = [1, 2, 3].map((seed) => randomSingles(SHAPE, seed));

const FACTS = {
  title: '',
  description: '',
  source: '',
  base: 'unused',
  ingredients: { minimum: 1 },
  parameters: { shared: z.strictObject({}), each: z.strictObject({}) },
  looksAhead: () => true,
} as const;

/** Every element minus the mean of its row in the first ingredient, which takes whole rows; scaled by a norm of the whole tensor. */
const centred: TensorMethod = {
  ...FACTS,
  name: 'centred',
  unit: (shape) => shape.at(-1)!,
  prepare(whole, { shared }) {
    let norm = 0;
    whole.forEachPiece(({ values, count }) => {
      for (let i = 0; i < count; i++) norm += values[0]![i]! ** 2;
      values[0]!.fill(0);
    });
    const kept = whole.reserve(8);
    // A unit longer than a chunk makes the chunks move; what was reserved stays.
    new Float64Array(whole.kernels.memory.buffer, kept, 1)[0] = Math.sqrt(norm);
    whole.forEachPiece(() => {}, 4 * whole.shape.at(-1)!);
    const row = whole.shape.at(-1)!;
    return ({ values, count }, result) => {
      const [length] = new Float64Array(whole.kernels.memory.buffer, kept, 1);
      for (let start = 0; start < count; start += row) {
        let mean = 0;
        for (let i = start; i < start + row; i++) mean += values[0]![i]! / row;
        for (let i = start; i < start + row; i++) {
          result[i] = ((shared.factor as number) * (values[1]![i]! + values[2]![i]! - mean)) / length!;
        }
      }
    };
  },
};

function expectedOf(inputs: readonly ArrayLike<number>[], factor: number): Float64Array {
  const [a, b, c] = inputs as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
  const row = SHAPE[1];
  let norm = 0;
  for (let i = 0; i < a.length; i++) norm += a[i]! ** 2;
  const result = new Float64Array(a.length);
  for (let start = 0; start < a.length; start += row) {
    let mean = 0;
    for (let i = start; i < start + row; i++) mean += a[i]! / row;
    for (let i = start; i < start + row; i++) result[i] = (factor * (b[i]! + c[i]! - mean)) / Math.sqrt(norm);
  }
  return result;
}

function sourceOf(value: TensorValue): TensorSource {
  return {
    path: 'memory',
    tensors: new Map([['w', tensorInfo('w', value.dtype, value.shape)!]]),
    read: (_, offset, target) => target.set(value.bytes.subarray(offset, offset + target.length)),
  };
}

function stepOf(inputs: readonly TensorValue[], dtype: DType, changes: Partial<MergeStep> = {}): MergeStep {
  return {
    output: tensorInfo('w', dtype, inputs[0]!.shape)!,
    kind: 'merge',
    terms: inputs.map((input, ingredient) => ({ ingredient, dtype: input.dtype, weight: 1 })),
    accumulate: 'f32',
    isMeasured: false,
    method: centred,
    parameters: { base: undefined, shared: { factor: 3 }, each: {}, seed: 0 },
    together: [],
    ...changes,
  };
}

function merge(step: MergeStep, inputs: readonly TensorValue[], chunkBytes?: number, range?: [number, number]) {
  const { elementCount, dtype, shape } = step.output;
  const [start, end] = range ?? [0, elementCount];
  const size = BYTES_PER_ELEMENT[dtype];
  const bytes = new Uint8Array((end - start) * size);
  const mixed = new Mixer(inputs.length, chunkBytes).mix(
    step,
    inputs.map(sourceOf),
    (chunk, offset) => bytes.set(chunk, offset - start * size),
    { start, count: end - start },
    true,
  );
  return { ...mixed, value: { dtype, shape, bytes } };
}

describe('a method', () => {
  const expected = expectedOf(INPUTS.map(elementsOf), 3);

  test('sees whole tensors and whole rows, whatever the size of pieces', () => {
    const step = stepOf(INPUTS, 'F32');
    const whole = merge(step, INPUTS);
    expect([...elementsOf(whole.value)]).toEqual([...expected].map(Math.fround));
    for (const chunkBytes of [128, 4096, 8192, 2 ** 20]) {
      expect(merge(step, INPUTS, chunkBytes).value.bytes).toEqual(whole.value.bytes);
    }
  });

  test('computes any part of a tensor', () => {
    const step = stepOf(INPUTS, 'F32');
    const part = merge(step, INPUTS, 8192, [1500, 30_011]);
    expect([...elementsOf(part.value)]).toEqual([...expected.subarray(1500, 30_011)].map(Math.fround));
  });

  test('works in doubles where an input or the result is of them', () => {
    const doubles = INPUTS.map((input) =>
      tensor(
        'F64',
        SHAPE,
        Float64Array.from(elementsOf(input), (x) => x / 3),
      ),
    );
    const found = merge(stepOf(doubles, 'F64', { accumulate: 'f64' }), doubles).value;
    expect([...elementsOf(found)]).toEqual([...expectedOf(doubles.map(elementsOf), 3)]);
  });

  test('is rounded once to sixteen bits, and what that cost is told', () => {
    for (const [dtype, table] of [
      ['F16', valuesOfHalfs()],
      ['BF16', valuesOfBrains()],
    ] as const) {
      const step = stepOf(INPUTS, dtype, { accumulate: 'f64', isMeasured: true });
      const { value, rounding } = merge(step, INPUTS);
      const codes = new Uint16Array(value.bytes.buffer);
      for (const i of [0, 7, 40_000, 70_069]) expect(codes[i]).toBe(roundToTable(expected[i]!, table));
      expect(rounding?.counted).toBe(70_070);
      const largest = Math.max(...expected.map((exact, i) => Math.abs(table[codes[i]!]! - exact)));
      expect(rounding?.largest).toBe(largest);
    }
  });

  test('that makes NaN is found out, and all NaN are alike', () => {
    const broken: TensorMethod = {
      ...FACTS,
      name: 'broken',
      prepare: () => (_: Piece, result) => void result.fill(Number.NaN),
    };
    const { nonFinite, value } = merge(stepOf(INPUTS, 'F32', { method: broken }), INPUTS);
    expect(nonFinite).toBe(true);
    expect(new Uint32Array(value.bytes.buffer).every((bits) => bits === 0x7fc00000)).toBe(true);
  });

  test('is not asked about tensors without elements', () => {
    const empty = [singles([0, 4], []), singles([0, 4], []), singles([0, 4], [])];
    expect(merge(stepOf(empty, 'F32'), empty)).toMatchObject({ nonFinite: false });
  });
});
