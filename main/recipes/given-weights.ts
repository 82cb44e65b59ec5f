import type { OptionFault } from './recipe.ts';

/** What is wrong with the weights of a user's own choice: their number, or their sum. */
export function weightFaults(
  weights: readonly number[],
  normalize: boolean,
  ingredientCount: number,
): readonly OptionFault[] {
  const fault = (code: `recipe/${string}`, what: string): readonly OptionFault[] => [
    { option: ['weights'], code, what },
  ];
  if (weights.length !== ingredientCount) {
    return fault('recipe/weight-count', `${weights.length} weights were given for ${ingredientCount} ingredients`);
  }
  if (weights.every((weight) => weight === 0)) {
    return fault('recipe/zero-weights', 'All weights are zero, so nothing would be left');
  }
  if (!normalize) return [];
  const sum = sumOf(weights);
  if (sum === 0) return fault('recipe/zero-sum', 'The weights add up to zero, so they cannot be normalised');
  // An infinite sum would make every share zero, or no number.
  if (Number.isFinite(sum) && sharesOf(weights).every(Number.isFinite)) return [];
  return fault('recipe/zero-sum', `The weights add up to ${sum}, too little or too much`);
}

/** Weights without faults over their sum. */
export function sharesOf(weights: readonly number[]): readonly number[] {
  const sum = sumOf(weights);
  return weights.map((weight) => weight / sum);
}

function sumOf(weights: readonly number[]): number {
  return weights.reduce((total, weight) => total + weight, 0);
}
