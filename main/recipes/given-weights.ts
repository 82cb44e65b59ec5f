import { StockpotError } from '../errors.ts';

/**
 * The weights of a user's own choice, as they will be used.
 * @param normalize divide them by their sum
 * @throws StockpotError `recipe/weight-count`, `recipe/zero-weights`, `recipe/zero-sum`
 */
export function finalWeights(
  weights: readonly number[],
  normalize: boolean,
  ingredientCount: number,
): readonly number[] {
  if (weights.length !== ingredientCount) {
    throw bad('recipe/weight-count', `${weights.length} weights were given for ${ingredientCount} ingredients`);
  }
  if (weights.every((weight) => weight === 0)) {
    throw bad('recipe/zero-weights', 'All weights are zero, so nothing would be left');
  }
  if (!normalize) return weights;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) throw bad('recipe/zero-sum', 'The weights add up to zero, so they cannot be normalised');
  const shares = weights.map((weight) => weight / sum);
  // An infinite sum would make every share zero, or no number.
  if (!Number.isFinite(sum) || !shares.every(Number.isFinite))
    throw bad('recipe/zero-sum', `The weights add up to ${sum}, too little or too much`);
  return shares;
}

function bad(code: `recipe/${string}`, what: string): StockpotError {
  return new StockpotError({ code, what, where: 'recipe weighted, option weights' });
}
