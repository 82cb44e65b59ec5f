/** How a soup or an ensemble stands against the ingredients it was made from, on one test set. */
export interface Improvement {
  /** The best ingredient's place; the earlier one of equals. */
  readonly bestIndex: number;
  readonly best: number;
  readonly average: number;
  /** Accuracy minus the best ingredient's. */
  readonly overBest: number;
  /** Accuracy minus the ingredients' average. */
  readonly overAverage: number;
}

/**
 * @param accuracy of the soup or the ensemble
 * @param ingredients accuracy of each ingredient on the same test set; at least one
 */
export function improvement(accuracy: number, ingredients: readonly number[]): Improvement {
  if (ingredients.length === 0) throw new RangeError('There are no ingredients to compare with');
  const best = Math.max(...ingredients);
  const average = ingredients.reduce((sum, value) => sum + value, 0) / ingredients.length;
  return {
    bestIndex: ingredients.indexOf(best),
    best,
    average,
    overBest: accuracy - best,
    overAverage: accuracy - average,
  };
}
