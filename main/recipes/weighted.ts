import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import { plainCoefficients } from './coefficients.ts';
import { checkNeeds } from './needs.ts';
import type { CookContext, CookOutcome, Recipe, TraceStep } from './recipe.ts';

const options = z.strictObject({
  weights: z.array(z.number()).min(1).describe('One weight for each ingredient, in the order of the ingredients'),
  normalize: z.boolean().default(true).describe('Divide the weights by their sum, so that they add up to one'),
});

export type WeightedOptions = z.output<typeof options>;

export const weighted: Recipe<WeightedOptions> = {
  name: 'weighted',
  title: 'Weighted soup',
  description: 'An average with weights of your own. Needs no data.',
  source: 'The weighted average of state dictionaries; with normalize: false, any linear combination',
  needs: { selection: false, minimumIngredients: 1 },
  options,
  async *cook(context: CookContext, chosen: WeightedOptions): AsyncGenerator<TraceStep, CookOutcome> {
    checkNeeds(weighted, context.ingredients.length, context.selection !== undefined);
    const weights = finalWeights(chosen, context.ingredients.length);
    const used = context.ingredients.filter((_, i) => weights[i] !== 0);
    return {
      coefficients: plainCoefficients(weights),
      used: used.map((ingredient) => ingredient.id),
      summary: `${used.length} of ${weights.length} ingredients with the weights given${chosen.normalize ? ', made to add up to one' : ''}.`,
    };
  },
};

/**
 * The weights as they will be used.
 * @throws StockpotError `recipe/weight-count`, `recipe/zero-weights`, `recipe/zero-sum`
 */
export function finalWeights(chosen: WeightedOptions, ingredientCount: number): readonly number[] {
  const { weights, normalize } = chosen;
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
  if (!shares.every(Number.isFinite))
    throw bad('recipe/zero-sum', `The weights add up to ${sum}, too little or too much`);
  return shares;
}

function bad(code: `recipe/${string}`, what: string): StockpotError {
  return new StockpotError({ code, what, where: 'recipe weighted, option weights' });
}
