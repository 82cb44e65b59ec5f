import { describe, expect, test } from 'vitest';
import { findMethod, METHODS } from '../../../main/mix/methods/index.ts';
import type { MethodParameters, TensorMethod } from '../../../main/mix/methods/tensor-method.ts';
import { Random } from '../../../main/random.ts';
import { parametersOf } from './parameters.ts';
import { mergeWith } from './tensor-in-memory.ts';

const SHAPE = [5, 4, 3];
const COUNT = 60;

/** Methods that look at no more of a tensor than the element, in the options that they have by default. */
const ELEMENTWISE = new Set(['linear', 'passthrough', 'task_arithmetic', 'nearswap', 'ram', 'ramplus_tl']);

function inputsFor({ base, ingredients }: TensorMethod): { readonly count: number; readonly base?: number } {
  const others = ingredients.maximum ?? Math.max(2, ingredients.minimum);
  return base === 'needed' ? { count: others + 1, base: 0 } : { count: others };
}

describe.each(METHODS.map((method) => ({ name: method.name, method })))('$name', ({ name, method }) => {
  const { count, base } = inputsFor(method);
  const density = new Array<number>(count).fill(0.5);
  const given = {
    ...(base === undefined ? {} : { base }),
    each: 'density' in method.parameters.each.shape ? { density } : {},
  };
  const parameters = parametersOf(method, count, given);

  function values(): Float32Array[] {
    const random = new Random(12, 'odd');
    const origin = Float32Array.from({ length: COUNT }, () => random.normal());
    return Array.from({ length: count }, (_, i) =>
      origin.map((value) => (i === 0 ? value : value + 0.1 * random.normal())),
    );
  }

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d in an ingredient is never lost', (bad) => {
    for (let ingredient = 0; ingredient < count; ingredient++) {
      for (const place of [0, 13, 59]) {
        const inputs = values();
        inputs[ingredient]![place] = bad;
        const merged = mergeWith(method, { shape: SHAPE, values: inputs }, parameters, 16);
        expect(Number.isFinite(merged[place]), `ingredient ${ingredient}, element ${place}`).toBe(false);
        if (ELEMENTWISE.has(name)) expect(merged.filter((value) => !Number.isFinite(value))).toHaveLength(1);
      }
    }
  });

  test('equal ingredients come out as they are', () => {
    const [first] = values() as [Float32Array];
    const inputs = Array.from({ length: count }, () => first.slice());
    const merged = mergeWith(method, { shape: SHAPE, values: inputs }, parameters, 16);
    for (const [i, value] of merged.entries()) expect(value).toBeCloseTo(first[i]!, 5);
  });

  test('zeros come out as zeros', () => {
    const inputs = Array.from({ length: count }, () => new Float32Array(COUNT));
    const merged = mergeWith(method, { shape: SHAPE, values: inputs }, parameters, 16);
    expect(merged.every((value) => value === 0)).toBe(true);
  });

  test('has a default for every option, and says what each is', () => {
    for (const schema of [method.parameters.shared, method.parameters.each]) {
      schema.parse({});
      for (const [option, field] of Object.entries(schema.shape)) {
        expect((field as { readonly description?: string }).description, option).toBeTruthy();
      }
      expect(() => schema.parse({ salt: 1 })).toThrow();
    }
  });
});

describe('options that do not go together', () => {
  const problemsOf = (name: string, count: number, given: Partial<MethodParameters>): readonly string[] => {
    const method = findMethod(name)!;
    const parameters = parametersOf(method, count, given);
    return (method.problems?.(parameters, count) ?? []).map(({ option, ingredient, what }) =>
      [option, ingredient ?? 'all', what].join(' | '),
    );
  };

  test('weights that sum to zero and are to be divided by their sum', () => {
    const each = { weight: [1, -1, 0] };
    const problem = 'weight | all | The weights 1, -1, 0 sum to zero, so they cannot be divided by their sum';
    expect(problemsOf('linear', 3, { each })).toEqual([problem]);
    expect(problemsOf('linear', 3, { each, shared: { normalize: false } })).toEqual([]);
    expect(problemsOf('multislerp', 3, { each })).toEqual([problem]);
    expect(problemsOf('multislerp', 3, { each, shared: { normalize_weights: false } })).toEqual([]);
    expect(problemsOf('multislerp', 3, { each, base: 1 })).toEqual([]);
  });

  test('an epsilon that leads out of the probabilities', () => {
    const each = { density: [1, 0.1, 0.5, 0.95, 1, 0], epsilon: new Array<number>(6).fill(0.15) };
    expect(problemsOf('della', 6, { base: 0, each }).map((problem) => problem.split(' | ').slice(0, 2))).toEqual([
      ['epsilon', '1'],
      ['epsilon', '3'],
    ]);
  });

  test('directions that cancel', () => {
    const method = findMethod('multislerp')!;
    const at = (angle: number): Float64Array => Float64Array.of(Math.cos(angle), Math.sin(angle));
    const values = [at(0), at((2 * Math.PI) / 3), at((4 * Math.PI) / 3)];
    expect(() =>
      mergeWith(method, { name: 'head', shape: [2], precision: 'f64', values }, parametersOf(method, 3)),
    ).toThrow(/cancel out, so there is no average direction \(head\)/);
  });
});
