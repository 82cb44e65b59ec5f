import { z } from 'zod';
import { isOn, sum, valuesOf, weight } from './options.ts';
import { alongArc, clamp } from './slerp.ts';
import { gramOf, weightedSum } from './span.ts';
import { besidesBase } from './tables.ts';
import type { Combine, Floats, MethodParameters, PiecedTensor, TensorMethod } from './tensor-method.ts';

/** Vectors shorter than this count as being of this length. */
const SHORTEST = 1e-7;

/** Cosines beyond this are ±1 in f32, and vectors with such lie on one line. */
const ON_ONE_LINE = 1 - 2 ** -25;

/**
 * SLERP between two models by their weights, with t = w₁ ∕ (w₀ + w₁) (½ where the weights cancel); with a base between what they
 * changed, added to it. One angle for the whole tensor, or, without `nuslerp_flatten`, one for each row along the last axis or for
 * each column along the first one.
 */
export const nuslerp: TensorMethod = {
  name: 'nuslerp',
  title: 'NuSLERP',
  description:
    'SLERP of two models given by weights, of whole tensors or row by row; with a base, of what the two changed in it.',
  source: 'https://github.com/arcee-ai/mergekit/blob/main/docs/merge_methods.md',
  base: 'optional',
  ingredients: { minimum: 2, maximum: 2 },
  parameters: {
    shared: z.strictObject({
      nuslerp_row_wise: z
        .boolean()
        .default(false)
        .describe('Without nuslerp_flatten: vectors run along the first axis instead of the last'),
      nuslerp_flatten: z.boolean().default(true).describe('Take the whole tensor as one vector'),
    }),
    each: z.strictObject({ weight }),
  },
  unit: (shape, parameters) => (isByRows(parameters, shape) ? rowLengthOf(shape) : 1),
  looksAhead: (parameters) => isOn(parameters, 'nuslerp_flatten') || isOn(parameters, 'nuslerp_row_wise'),
  prepare(tensor, parameters) {
    const pair = pairOf(tensor, parameters);
    if (isOn(parameters, 'nuslerp_flatten')) return wholeTensor(tensor, pair);
    return isByRows(parameters, tensor.shape) ? byRows(pair, rowLengthOf(tensor.shape)) : byColumns(tensor, pair);
  },
};

interface Pair {
  readonly first: number;
  readonly second: number;
  readonly base: number | undefined;
  readonly t: number;
}

function pairOf({ ingredientCount }: PiecedTensor, parameters: MethodParameters): Pair {
  const ingredients = besidesBase(ingredientCount, parameters);
  const weights = valuesOf(parameters, 'weight', ingredients);
  const total = sum(weights);
  const t = Math.abs(total) < 1e-6 ? 0.5 : weights[1]! / total;
  return { first: ingredients[0]!, second: ingredients[1]!, base: parameters.base, t };
}

function isByRows(parameters: MethodParameters, shape: readonly number[]): boolean {
  if (isOn(parameters, 'nuslerp_flatten')) return false;
  return !isOn(parameters, 'nuslerp_row_wise') || shape.length < 2;
}

function rowLengthOf(shape: readonly number[]): number {
  return shape.at(-1) ?? 1;
}

function coefficientsOf(
  t: number,
  firstSquare: number,
  secondSquare: number,
  product: number,
): readonly [number, number] {
  const first = Math.max(Math.sqrt(firstSquare), SHORTEST);
  const second = Math.max(Math.sqrt(secondSquare), SHORTEST);
  return alongArc(t, clamp(product / first / second, -1, 1), ON_ONE_LINE);
}

function wholeTensor(tensor: PiecedTensor, { first, second, base, t }: Pair): Combine {
  const gram = gramOf(tensor, [first, second], base);
  const coefficients = coefficientsOf(t, gram(0, 0), gram(1, 1), gram(0, 1));
  if (base === undefined) return weightedSum(tensor, [first, second], coefficients);
  return weightedSum(tensor, [base, first, second], [1 - sum(coefficients), ...coefficients]);
}

/** Visits what two vectors of a piece are at each element: the values, or the differences from the base. */
function originOf(values: readonly Floats[], base: number | undefined): (at: number) => number {
  const origin = base === undefined ? undefined : values[base]!;
  return origin === undefined ? () => 0 : (at) => origin[at]!;
}

function byRows({ first, second, base, t }: Pair, length: number): Combine {
  return ({ values, count }, result) => {
    const a = values[first]!;
    const b = values[second]!;
    const originAt = originOf(values, base);
    for (let row = 0; row < count; row += length) {
      let [aa, bb, ab] = [0, 0, 0];
      for (let at = row; at < row + length; at++) {
        const x = a[at]! - originAt(at);
        const y = b[at]! - originAt(at);
        aa += x * x;
        bb += y * y;
        ab += x * y;
      }
      const [p, q] = coefficientsOf(t, aa, bb, ab);
      for (let at = row; at < row + length; at++) {
        const origin = originAt(at);
        result[at] = origin + p * (a[at]! - origin) + q * (b[at]! - origin);
      }
    }
  };
}

/** Vectors along the first axis: their three sums and two coefficients each are kept, which is what one row of the tensor takes. */
function byColumns(tensor: PiecedTensor, { first, second, base, t }: Pair): Combine {
  const width = tensor.elementCount / tensor.shape[0]!;
  const sums = new Float64Array(3 * width);
  tensor.forEachPiece(({ start, count, values }) => {
    const a = values[first]!;
    const b = values[second]!;
    const originAt = originOf(values, base);
    for (let at = 0, column = start % width; at < count; at++, column = column + 1 === width ? 0 : column + 1) {
      const x = a[at]! - originAt(at);
      const y = b[at]! - originAt(at);
      sums[3 * column]! += x * x;
      sums[3 * column + 1]! += y * y;
      sums[3 * column + 2]! += x * y;
    }
  });
  const coefficients = new Float64Array(2 * width);
  for (let column = 0; column < width; column++) {
    const [aa, bb, ab] = sums.subarray(3 * column, 3 * column + 3);
    coefficients.set(coefficientsOf(t, aa!, bb!, ab!), 2 * column);
  }
  return ({ start, count, values }, result) => {
    const a = values[first]!;
    const b = values[second]!;
    const originAt = originOf(values, base);
    for (let at = 0, column = start % width; at < count; at++, column = column + 1 === width ? 0 : column + 1) {
      const origin = originAt(at);
      result[at] =
        origin + coefficients[2 * column]! * (a[at]! - origin) + coefficients[2 * column + 1]! * (b[at]! - origin);
    }
  };
}
