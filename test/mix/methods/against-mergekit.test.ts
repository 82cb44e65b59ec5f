import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findMethod, METHODS } from '../../../main/mix/methods/index.ts';
import type { Floats, MethodParameters, TensorMethod } from '../../../main/mix/methods/tensor-method.ts';
import { parametersOf } from './parameters.ts';
import { mergeWith } from './tensor-in-memory.ts';

/** See `make.py` beside the fixture. */
interface Case {
  readonly case: string;
  readonly method: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'F32' | 'F64' | 'BF16';
  readonly precision: 'f32' | 'f64';
  readonly base: number | null;
  readonly shared: MethodParameters['shared'];
  readonly each: MethodParameters['each'];
  readonly inputs: readonly number[];
  readonly expected: number;
  /** Where mergekit computes in f32 although the tensors are f64. */
  readonly tolerance?: number;
}

const SEED = 20261124;

const { tensors, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/methods/cases.json', import.meta.url), 'utf8'),
) as { readonly tensors: readonly string[]; readonly cases: readonly Case[] };

describe.each(METHODS.map((method) => ({ name: method.name, method })))('$name', ({ name, method }) => {
  const own = cases.filter((each) => each.method === name);

  test.each(own.map((each) => ({ label: each.case, each })))('$label is what mergekit makes of it', ({ each }) => {
    const merged = merge(method, each, 1024);
    const expected = valuesOf(each.expected, each.precision === 'f64' ? 'F64' : 'F32', each.precision);
    expect(largestDifference(merged, expected)).toBeLessThanOrEqual(
      each.tolerance ?? (each.precision === 'f64' ? 1e-12 : 1e-5),
    );
  });

  test.each([1, 16, 50, 100_000])('pieces of %i elements make no difference', (pieceElements) => {
    for (const each of own) {
      expect(merge(method, each, pieceElements), each.case).toEqual(merge(method, each, 64));
    }
  });
});

function merge(method: TensorMethod, each: Case, pieceElements: number): Floats {
  const values = each.inputs.map((tensor) => valuesOf(tensor, each.type, each.precision));
  const parameters = parametersOf(method, values.length, {
    ...(each.base === null ? {} : { base: each.base }),
    shared: each.shared,
    each: each.each,
    seed: SEED,
  });
  expect(method.problems?.(parameters, values.length) ?? []).toEqual([]);
  return mergeWith(
    method,
    { name: each.name, shape: each.shape, precision: each.precision, values },
    parameters,
    pieceElements,
  );
}

function valuesOf(tensor: number, type: Case['type'], precision: Case['precision']): Floats {
  const { buffer } = Uint8Array.from(Buffer.from(tensors[tensor]!, 'base64'));
  const values =
    type === 'F64'
      ? new Float64Array(buffer)
      : type === 'F32'
        ? new Float32Array(buffer)
        : new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
  return precision === 'f32' ? Float32Array.from(values) : Float64Array.from(values);
}

/**
 * Relative to each value; to a hundredth of the tensor's largest where a value is smaller than that, since there it is what two large
 * terms leave of each other, and mergekit, which rounds both to f32 first, is no measure.
 */
function largestDifference(merged: Floats, expected: Floats): number {
  let scale = 0;
  for (const value of expected) scale = Math.max(scale, Math.abs(value) / 100);
  let largest = 0;
  for (const [i, value] of expected.entries()) {
    const away = Math.abs(merged[i]! - value);
    if (away !== 0) largest = Math.max(largest, Number.isNaN(away) ? 1 : away / Math.max(Math.abs(value), scale));
  }
  return largest;
}

test('every method is compared with mergekit', () => {
  expect(new Set(cases.map(({ method }) => method))).toEqual(new Set(METHODS.map(({ name }) => name)));
  expect(findMethod('ties')?.title).toBe('TIES');
  expect(findMethod('stir')).toBeUndefined();
});
