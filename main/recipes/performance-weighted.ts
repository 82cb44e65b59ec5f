import { z } from 'zod';
import { averageOf, plainCoefficients } from './coefficients.ts';
import { selectionOf } from './needs.ts';
import type { CookContext, CookOutcome, Recipe, TraceStep } from './recipe.ts';

const options = z.strictObject({
  temperature: z
    .number()
    .positive()
    .default(0.01)
    .describe(
      'How much a better score weighs: one percentage point more of accuracy counts e^(0.01 / temperature) times as much. Small values leave only the best, large ones come near to the uniform soup',
    ),
});

export type PerformanceWeightedOptions = z.output<typeof options>;

export const performanceWeighted: Recipe<PerformanceWeightedOptions> = {
  name: 'performance-weighted',
  title: 'Performance-weighted soup',
  description: 'All ingredients, weighted by a softmax of their accuracies on the selection split.',
  family: 'average',
  chooseWhen: 'Some ingredients are clearly better than others, and none should be left out altogether.',
  source: 'Softmax of selection accuracies (as fractions) over a temperature',
  needs: { selection: true, minimumIngredients: 1 },
  options,
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, chosen: PerformanceWeightedOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const selection = selectionOf(performanceWeighted, context);
    const { ingredients } = context;
    const scores = await selection.scoreAll(ingredients.map((_, i) => averageOf([i], ingredients.length)));
    for (const [i, { figures: _, ...score }] of scores.entries()) {
      yield { kind: 'ingredient-scored', ingredient: ingredients[i]!.id, score };
    }
    const weights = softmax(
      scores.map((score) => score.accuracy),
      chosen.temperature,
    );
    const heaviest = weights.indexOf(Math.max(...weights));
    return {
      coefficients: plainCoefficients(weights),
      used: ingredients.filter((_, i) => weights[i] !== 0).map((ingredient) => ingredient.id),
      summary: `Weights from ${percent(Math.min(...weights))} to ${percent(weights[heaviest]!)} (${ingredients[heaviest]!.name}).`,
    };
  },
};

/** exp(vᵢ / T) / Σⱼ exp(vⱼ / T), computed from the differences to the largest value, so that nothing overflows. */
export function softmax(values: readonly number[], temperature: number): readonly number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp((value - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
