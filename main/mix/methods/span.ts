import { addressOf, arithmeticFor, factorTable, InputTable } from './tables.ts';
import type { Combine, PiecedTensor } from './tensor-method.ts';

/** A symmetric matrix of inner products. */
export type Gram = (i: number, j: number) => number;

/** Doubles that a kernel keeps per sum. */
const LANES = 8;

/** Doubles of scratch that the Gram kernel needs per input. */
const SCRATCH = 264;

/**
 * ⟨θᵢ, θⱼ⟩ over the whole tensor for the given ingredients, or ⟨θᵢ − θ₀, θⱼ − θ₀⟩ with a base; one pass, accumulated in f64, and the
 * same whatever the pieces.
 */
export function gramOf(tensor: PiecedTensor, ingredients: readonly number[], base?: number): Gram {
  const count = ingredients.length;
  const pairs = (count * (count + 1)) / 2;
  const inputs = new InputTable(tensor, ingredients);
  const lanes = reserveLanes(tensor, pairs);
  const scratch = tensor.reserve(count * SCRATCH * 8);
  const { gram } = arithmeticFor(tensor);
  tensor.forEachPiece((piece) => {
    const origin = base === undefined ? 0 : addressOf(piece, base);
    gram(inputs.of(piece), count, origin, piece.start, piece.count, lanes, scratch);
  });
  const sums = sumsOfLanes(tensor, lanes, pairs);
  return (i, j) => sums[i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i]!;
}

/** The sums that kernels have kept in lanes, each added up in the same order. */
export function sumsOfLanes({ kernels }: PiecedTensor, lanes: number, count: number): Float64Array {
  const values = new Float64Array(kernels.memory.buffer, lanes, count * LANES);
  return Float64Array.from({ length: count }, (_, i) =>
    values.subarray(i * LANES, (i + 1) * LANES).reduce((total, value) => total + value, 0),
  );
}

/** Room for sums in lanes, all zero. */
export function reserveLanes(tensor: PiecedTensor, count: number): number {
  const lanes = tensor.reserve(count * LANES * 8);
  new Float64Array(tensor.kernels.memory.buffer, lanes, count * LANES).fill(0);
  return lanes;
}

/** Σ coefficientᵢ · ingredientᵢ, accumulated in f64. Ingredients with the coefficient zero count, so that what is not finite stays so. */
export function weightedSum(
  tensor: PiecedTensor,
  ingredients: readonly number[],
  coefficients: readonly number[],
): Combine {
  const inputs = new InputTable(tensor, ingredients);
  const weights = tensor.reserve(coefficients.length * 8);
  new Float64Array(tensor.kernels.memory.buffer, weights, coefficients.length).set(coefficients);
  const { kernels, precision } = tensor;
  return (piece, result) => {
    const table = inputs.of(piece);
    const target = result.byteOffset;
    if (precision === 'f64') kernels.sumDoubles(table, weights, inputs.count, piece.count, target);
    else kernels.sumSinglesInDoubles(table, weights, inputs.count, piece.count, target, 1);
  };
}

/** base + Σ factorᵢ · (ingredientᵢ − base), computed in the tensor's precision. */
export function addToBase(
  tensor: PiecedTensor,
  base: number,
  ingredients: readonly number[],
  factors: readonly number[],
): Combine {
  const inputs = new InputTable(tensor, ingredients);
  const table = factorTable(tensor, factors);
  const arithmetic = arithmeticFor(tensor);
  return (piece, result) =>
    arithmetic.addToBase(
      inputs.of(piece),
      table,
      inputs.count,
      addressOf(piece, base),
      true,
      piece.count,
      result.byteOffset,
    );
}
