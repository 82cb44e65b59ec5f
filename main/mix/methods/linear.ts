import { z } from 'zod';
import { isOn, sum, valuesOf, weight, weightsMustNotCancel } from './options.ts';
import { weightedSum } from './span.ts';
import { allIngredients } from './tables.ts';
import type { TensorMethod } from './tensor-method.ts';

/** Σ wᵢ θᵢ, divided by Σ wᵢ with `normalize`; accumulated in f64. */
export const linear: TensorMethod = {
  name: 'linear',
  title: 'Linear',
  description:
    'The weighted average of all ingredients. The first thing to try for models fine-tuned from one starting point.',
  source: 'https://arxiv.org/abs/2203.05482',
  base: 'unused',
  ingredients: { minimum: 1 },
  parameters: {
    shared: z.strictObject({
      normalize: z.boolean().default(true).describe('Divide by the sum of the weights'),
    }),
    each: z.strictObject({ weight }),
  },
  problems: (parameters, ingredientCount) =>
    isOn(parameters, 'normalize')
      ? weightsMustNotCancel(
          parameters,
          Array.from({ length: ingredientCount }, (_, i) => i),
          'normalize',
        )
      : [],
  looksAhead: () => false,
  prepare(tensor, parameters) {
    const ingredients = allIngredients(tensor);
    const weights = valuesOf(parameters, 'weight', ingredients);
    const divisor = isOn(parameters, 'normalize') ? sum(weights) : 1;
    return weightedSum(
      tensor,
      ingredients,
      weights.map((value) => value / divisor),
    );
  },
};
