import type { MethodParameters } from '../mix/methods/tensor-method.ts';

/** Sums below this are not divided by. */
const LEAST_SUM = 1e-8;

/**
 * The weights that a method comes to where it is a weighted sum whatever the tensors hold, so that soups of it are computed, shown and
 * compared like any other sum; undefined for other methods.
 */
export function linearWeights(
  method: string,
  { base, shared, each }: MethodParameters,
  ingredientCount: number,
): readonly number[] | undefined {
  const weights = each.weight ?? [];
  switch (method) {
    case 'passthrough':
      return Array.from({ length: ingredientCount }, (_, i) => each.scale?.[i] ?? 1);
    case 'linear':
      return divided(weights, shared.normalize === true ? sum(weights) : 1);
    case 'task_arithmetic': {
      const others = weights.map((weight, i) => (i === base ? 0 : weight));
      const total = sum(others);
      const divisor = shared.normalize === true && Math.abs(total) >= LEAST_SUM ? total : 1;
      const factors = others.map((weight) => (weight * Number(shared.lambda)) / divisor);
      return factors.map((factor, i) => (i === base ? 1 - sum(factors) : factor));
    }
    default:
      return undefined;
  }
}

function divided(weights: readonly number[], divisor: number): readonly number[] {
  return weights.map((weight) => weight / divisor);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
