import { z } from 'zod';
import { plainCoefficients } from './coefficients.ts';
import { exhaustiveOption } from './contest.ts';
import { metricOption } from './decisive-metric.ts';
import { selectionOf } from './needs.ts';
import type { Coefficients, CookContext, CookOutcome, Recipe, TraceStep } from './recipe.ts';
import { type Move, Standing } from './standing.ts';

const options = z.strictObject({
  maxPicks: z
    .int()
    .min(1)
    .default(30)
    .describe('Stop when so many ingredients have been taken, those taken again included'),
  initial: z
    .int()
    .min(1)
    .default(1)
    .describe('Begin with the average of so many ingredients, the best ones on the selection split'),
  accept: z
    .enum(['better', 'not-worse'])
    .default('better')
    .describe(
      "What taking an ingredient must make of the soup. 'better': a strict improvement; 'not-worse': ties are taken",
    ),
  metric: metricOption,
  exhaustive: exhaustiveOption,
});

export type GreedyReplacementOptions = z.output<typeof options>;

/** How often each ingredient has been taken. */
type Counts = readonly number[];

/** Ties between ingredients go to the earlier one. */
export const greedyReplacement: Recipe<GreedyReplacementOptions> = {
  name: 'greedy-replacement',
  title: 'Greedy soup with replacement',
  description:
    'As the greedy soup, but an ingredient may be taken again, and then counts for more: the weights are shares of all that was taken.',
  family: 'search',
  chooseWhen: 'A greedy soup stops early, or some ingredients should weigh more than others.',
  source:
    'Caruana et al., "Ensemble selection from libraries of models", ICML 2004: forward selection with replacement (2.1) from a sorted beginning (2.2), of weights in place of predictions',
  needs: { selection: true, minimumIngredients: 1 },
  options,
  mixtures(ingredientCount, { maxPicks, initial }) {
    if (ingredientCount < 2) return { least: 0, most: 0 };
    const begin = Math.min(initial, ingredientCount, maxPicks);
    const rounds = Math.max(0, maxPicks - begin);
    const beginning = begin > 1 ? 1 : 0;
    // The first round can't take the only ingredient again: nothing would change.
    const first = rounds === 0 ? 0 : begin > 1 ? ingredientCount : ingredientCount - 1;
    return { least: beginning + first, most: beginning + first + Math.max(0, rounds - 1) * ingredientCount };
  },
  async *cook(context: CookContext, chosen: GreedyReplacementOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const { ingredients } = context;
    const all = [...ingredients.keys()];
    const search = new Standing<Counts>(context, selectionOf(greedyReplacement, context), chosen, sharesOf);
    const singles = yield* search.singles(all);
    const merits = singles.map((score) => search.metric.merit(score));
    const bestFirst = all.toSorted((a, b) => (merits[a] === merits[b] ? a - b : merits[a]! > merits[b]! ? -1 : 1));
    const best = bestFirst[0]!;
    const begin = bestFirst.slice(0, Math.min(chosen.initial, chosen.maxPicks));
    const counts = all.map((index) => (begin.includes(index) ? 1 : 0));
    if (begin.length === 1) yield* search.startWith(best, singles[best]!, counts);
    else yield* search.startFrom(`the best ${begin.length} ingredients`, counts);
    const reason = yield* take(search, ingredients, chosen.maxPicks);
    yield { kind: 'stopped', reason };
    const taken = search.state;
    const picks = taken.reduce((sum, count) => sum + count, 0);
    return {
      coefficients: sharesOf(taken),
      used: ingredients.filter((_, index) => taken[index] !== 0).map(({ id }) => id),
      summary:
        `${picks} taken of ${taken.filter((count) => count !== 0).length} of ${ingredients.length} ingredients, ` +
        `${search.metric.describe(search.score, singles[best]!)}; stopped because ${reason}.`,
    };
  },
};

/** @returns why it stopped */
async function* take(
  search: Standing<Counts>,
  ingredients: CookContext['ingredients'],
  maxPicks: number,
): AsyncGenerator<TraceStep, string> {
  for (;;) {
    const counts = search.state;
    if (counts.reduce((sum, count) => sum + count, 0) >= maxPicks) return `${maxPicks} have been taken`;
    const moves = ingredients.flatMap(({ name }, index): readonly Move<Counts>[] => {
      const state = counts.map((count, i) => (i === index ? count + 1 : count));
      // More of the only ingredient there is would be the same soup.
      if (state.filter((count) => count !== 0).length < 2) return [];
      return [{ what: counts[index] === 0 ? `with ${name}` : `with more of ${name}`, state }];
    });
    if (moves.length === 0 || (yield* search.round(moves)) === undefined)
      return 'no ingredient improves the selection score';
  }
}

function sharesOf(counts: Counts): Coefficients {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return plainCoefficients(counts.map((count) => count / total));
}
