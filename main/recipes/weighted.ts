import { z } from 'zod';
import { plainCoefficients } from './coefficients.ts';
import { sharesOf, weightFaults } from './given-weights.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
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
  family: 'average',
  chooseWhen: 'You know the weights, or want to try some.',
  source: 'The weighted average of state dictionaries; with normalize: false, any linear combination',
  needs: { selection: false, minimumIngredients: 1 },
  options,
  check: ({ weights, normalize }, { ingredients }) => weightFaults(weights, normalize, ingredients.length),
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, chosen: WeightedOptions): AsyncGenerator<TraceStep, CookOutcome> {
    checkNeeds(weighted, context.ingredients.length, context.selection !== undefined);
    refuseFaults(weighted, weightFaults(chosen.weights, chosen.normalize, context.ingredients.length));
    const weights = chosen.normalize ? sharesOf(chosen.weights) : chosen.weights;
    const used = context.ingredients.filter((_, i) => weights[i] !== 0);
    return {
      coefficients: plainCoefficients(weights),
      used: used.map((ingredient) => ingredient.id),
      summary: `${used.length} of ${weights.length} ingredients with the weights given${chosen.normalize ? ', made to add up to one' : ''}.`,
    };
  },
};
