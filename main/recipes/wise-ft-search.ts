import { z } from 'zod';
import { baseFaults, baseOption } from './base-option.ts';
import { plainCoefficients } from './coefficients.ts';
import { exhaustiveOption } from './contest.ts';
import { metricOption } from './decisive-metric.ts';
import { checkNeeds, selectionOf } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type { Coefficients, CookContext, CookOutcome, Larder, OptionFault, Recipe, TraceStep } from './recipe.ts';
import { Standing } from './standing.ts';

const options = z.strictObject({
  base: baseOption,
  intervals: z
    .int()
    .min(1)
    .default(10)
    .describe('Into how many equal intervals the line is divided: 10 tries α = 0, 0.1, …, 1'),
  refinements: z
    .int()
    .min(0)
    .default(0)
    .describe('How often to look again on both sides of the best α, each time at half the distance'),
  metric: metricOption,
  exhaustive: exhaustiveOption,
});

export type WiseFtSearchOptions = z.output<typeof options>;

/** Ties between values of α go to the smaller one, which is nearer to the base. */
export const wiseFtSearch: Recipe<WiseFtSearchOptions> = {
  name: 'wise-ft-search',
  title: 'WiSE-FT with α chosen',
  description:
    'The point on the straight line between a base model and what was fine-tuned from it (with several, their average) that is best on the selection split.',
  family: 'search',
  chooseWhen: 'You have a base, and a selection split that tells how far fine-tuning should go.',
  source:
    'Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, https://arxiv.org/abs/2109.01903: α by held-out accuracy, from a grid',
  needs: { selection: true, base: 'needed', minimumIngredients: 2 },
  options,
  check: faultsOf,
  mixtures(ingredientCount, { intervals, refinements }) {
    const points = intervals - (ingredientCount > 2 ? 0 : 1);
    return { least: points + refinements, most: points + 2 * refinements };
  },
  async *cook(context: CookContext, chosen: WiseFtSearchOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const { ingredients } = context;
    checkNeeds(wiseFtSearch, ingredients.length, context.selection !== undefined);
    refuseFaults(wiseFtSearch, faultsOf(chosen, context));
    const base = ingredients.findIndex(({ name }) => name === chosen.base);
    const others = ingredients.length - 1;
    const mixtureOf = (alpha: number): Coefficients =>
      plainCoefficients(ingredients.map((_, index) => (index === base ? 1 - alpha : alpha / others)));
    const rule = { ...chosen, accept: 'better' as const };
    const search = new Standing<number>(context, selectionOf(wiseFtSearch, context), rule, mixtureOf);
    const singles = yield* search.singles([...ingredients.keys()]);
    yield* search.startWith(base, singles[base]!, 0);
    const moveTo = (alpha: number) => ({ what: `α = ${written(alpha)}`, state: alpha });
    const grid = Array.from({ length: chosen.intervals }, (_, index) => (index + 1) / chosen.intervals);
    yield* search.round(grid.map(moveTo));
    let distance = 1 / chosen.intervals;
    for (let time = 0; time < chosen.refinements; time += 1) {
      distance /= 2;
      const sides = [search.state - distance, search.state + distance].filter((alpha) => alpha > 0 && alpha < 1);
      yield* search.round(sides.map(moveTo));
    }
    const alpha = search.state;
    const { coefficients, used } = outcomeOf(context, mixtureOf(alpha));
    const fineTuned = others === 1 ? 'the fine-tuned model' : `the average of ${others} fine-tuned models`;
    return {
      coefficients,
      used,
      summary: `α = ${written(alpha)} of the way from ${chosen.base} to ${fineTuned}, ${search.metric.describe(search.score, singles[base]!, 'the base')}.`,
    };
  },
};

function faultsOf({ base }: WiseFtSearchOptions, larder: Larder): readonly OptionFault[] {
  return baseFaults(base, larder);
}

function outcomeOf(
  { ingredients }: CookContext,
  coefficients: Coefficients,
): Pick<CookOutcome, 'coefficients' | 'used'> {
  const { weights } = coefficients.groups[0]!;
  return { coefficients, used: ingredients.filter((_, index) => weights[index] !== 0).map(({ id }) => id) };
}

function written(alpha: number): string {
  return String(Number(alpha.toPrecision(6)));
}
