import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMethod } from '../../../main/mix/methods/index.ts';
import type { Floats, Precision } from '../../../main/mix/methods/tensor-method.ts';
import { parametersOf } from './parameters.ts';
import { mergeWith } from './tensor-in-memory.ts';

const ties = findMethod('ties')!;
const breadcrumbs = findMethod('breadcrumbs')!;

/** Few distinct magnitudes, so that many are equal, and some that differ in their last bits or are tiny. */
const change = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 2, -2, 0.5, 1 + 2 ** -23, 1 - 2 ** -24, 2 ** -149, 2 ** -130, Math.fround(3e38)),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const changes = fc.array(change, { minLength: 1, maxLength: 120 });
const precision = fc.constantFrom<Precision>('f32', 'f64');
const share = fc.double({ min: 0, max: 1, noNaN: true });
const pieceElements = fc.integer({ min: 1, max: 130 });

/** Of a model whose base is zero, so that the result is what is kept of it. */
function keptBy(
  method: typeof ties,
  values: readonly number[],
  as: Precision,
  each: Readonly<Record<string, number>>,
  pieces: number,
): readonly number[] {
  const model: Floats = as === 'f32' ? Float32Array.from(values) : Float64Array.from(values);
  const parameters = parametersOf(method, 2, {
    base: 0,
    each: Object.fromEntries(Object.entries({ weight: 1, ...each }).map(([name, value]) => [name, [value, value]])),
  });
  const given = { shape: [values.length], precision: as, values: [model.map(() => 0) as Floats, model] };
  return [...mergeWith(method, given, parameters, pieces)];
}

/** Indices in ascending order of magnitude, earlier ones of equals first. */
function ascending(values: readonly number[], as: Precision): readonly number[] {
  const magnitudes = values.map((value) => Math.abs(as === 'f32' ? Math.fround(value) : value));
  return values.map((_, i) => i).sort((a, b) => magnitudes[a]! - magnitudes[b]! || a - b);
}

function expectKept(
  result: readonly number[],
  values: readonly number[],
  as: Precision,
  kept: ReadonlySet<number>,
): void {
  for (const [i, value] of values.entries()) {
    const own = as === 'f32' ? Math.fround(value) : value;
    expect(result[i]! + 0).toBe(kept.has(i) ? own + 0 : 0);
  }
}

test('TIES keeps the largest changes, of equals the earlier ones', () => {
  fc.assert(
    fc.property(changes, precision, share, pieceElements, (values, as, density, pieces) => {
      const result = keptBy(ties, values, as, { density }, pieces);
      const count = density === 0 ? 0 : Math.max(1, Math.floor(density * values.length));
      const descending = ascending(
        values.map((value) => value),
        as,
      ).toSorted((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b);
      expectKept(result, values, as, new Set(descending.slice(0, count)));
    }),
  );
});

test('Breadcrumbs keeps the changes between the largest and the smallest, and counts the earlier of equals as the smaller', () => {
  fc.assert(
    fc.property(changes, precision, share, share, pieceElements, (values, as, density, gamma, pieces) => {
      const result = keptBy(breadcrumbs, values, as, { density, gamma }, pieces);
      const kept = Math.floor(density * values.length);
      const from = Math.max(0, values.length - kept - Math.floor(gamma * values.length));
      const order = ascending(values, as);
      expectKept(result, values, as, new Set(density === 1 ? order : order.slice(from, from + kept)));
    }),
  );
});

test('values that are not finite count as the largest', () => {
  const values = [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 2];
  const result = keptBy(ties, values, 'f32', { density: 0.6 }, 16);
  expect(result).toEqual([0, Number.NaN, 3, Number.POSITIVE_INFINITY, 0]);
});
