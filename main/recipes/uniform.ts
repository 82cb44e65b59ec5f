import { z } from 'zod';
import { averageOf } from './coefficients.ts';
import { checkNeeds } from './needs.ts';
import type { CookContext, CookOutcome, Recipe, TraceStep } from './recipe.ts';

const options = z.strictObject({});

export const uniform: Recipe<z.output<typeof options>> = {
  name: 'uniform',
  title: 'Uniform soup',
  description: 'The plain average of all ingredients. Needs no data; good when all ingredients are about equally good.',
  family: 'average',
  chooseWhen: 'All ingredients come from one starting point and are about equally good; the first thing to try.',
  source: 'Wortsman et al., "Model soups", ICML 2022, section 2, uniform soup',
  needs: { selection: false, minimumIngredients: 1 },
  options,
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext): AsyncGenerator<TraceStep, CookOutcome> {
    checkNeeds(uniform, context.ingredients.length, context.selection !== undefined);
    const { ingredients } = context;
    return {
      coefficients: averageOf([...ingredients.keys()], ingredients.length),
      used: ingredients.map((ingredient) => ingredient.id),
      summary: `The average of ${ingredients.length} ${ingredients.length === 1 ? 'ingredient' : 'ingredients'}.`,
    };
  },
};
