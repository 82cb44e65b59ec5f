import { z } from 'zod';
import { averageOf } from './coefficients.ts';
import { exhaustiveOption } from './contest.ts';
import { metricOption } from './decisive-metric.ts';
import { selectionOf } from './needs.ts';
import type { CookContext, CookOutcome, Recipe, TraceStep } from './recipe.ts';
import { type Move, Standing } from './standing.ts';

const options = z.strictObject({
  order: z
    .enum(['best', 'sorted'])
    .default('best')
    .describe(
      "'best': each round tries the soup without each of its ingredients and leaves out the one that it is best without; 'sorted': one pass over the ingredients, worst first",
    ),
  accept: z
    .enum(['better', 'not-worse'])
    .default('better')
    .describe(
      "What the soup must be without an ingredient for it to be left out. 'better': strictly better; 'not-worse': ties are left out too, for a soup of fewer ingredients",
    ),
  minModels: z.int().min(1).default(1).describe('Leave no more out when the soup has only this many ingredients'),
  metric: metricOption,
  exhaustive: exhaustiveOption,
});

export type PrunedOptions = z.output<typeof options>;

/** Ties between ingredients go to the earlier one. */
export const pruned: Recipe<PrunedOptions> = {
  name: 'pruned',
  title: 'Pruned soup',
  description:
    'Begins with the average of all ingredients and leaves out those without which it is better on the selection split. By the metric that decides never worse there than the uniform soup.',
  family: 'search',
  chooseWhen: 'Most ingredients are good and a few spoil the soup, or the best single one is a poor place to begin.',
  source:
    'Backward elimination: Marill & Green, "On the effectiveness of receptors in recognition systems", IEEE Trans. Inf. Theory 9, 1963; with the soups of Wortsman et al., "Model soups", ICML 2022',
  needs: { selection: true, minimumIngredients: 1 },
  options,
  mixtures(ingredientCount, { order, minModels }) {
    if (ingredientCount < 2) return { least: 0, most: 0 };
    // A soup of two without one of them is a single ingredient, which costs nothing more.
    const smallest = Math.max(2, minModels);
    if (ingredientCount <= smallest) return { least: 1, most: 1 };
    if (order === 'sorted') return { least: 1 + ingredientCount - smallest, most: 1 + ingredientCount };
    let most = 1;
    for (let size = ingredientCount; size > smallest; size -= 1) most += size;
    return { least: 1 + ingredientCount, most };
  },
  async *cook(context: CookContext, chosen: PrunedOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const { ingredients } = context;
    const all = [...ingredients.keys()];
    const search = new Standing<readonly number[]>(context, selectionOf(pruned, context), chosen, (members) =>
      averageOf(members, ingredients.length),
    );
    const singles = yield* search.singles(all);
    yield* search.startFrom('all ingredients', all);
    const before = search.score;
    const without = (left: number): Move<readonly number[]> => ({
      what: `without ${ingredients[left]!.name}`,
      state: search.state.filter((member) => member !== left),
    });
    const mayShrink = (): boolean => search.state.length > chosen.minModels;
    let reason = `the soup has the ${chosen.minModels} ${chosen.minModels === 1 ? 'ingredient' : 'ingredients'} that must stay`;
    if (chosen.order === 'best') {
      while (mayShrink()) {
        if ((yield* search.round(search.state.map(without))) !== undefined) continue;
        reason = 'the soup is better without none of its ingredients';
        break;
      }
    } else {
      const merits = singles.map((score) => search.metric.merit(score));
      const worstFirst = all.toSorted((a, b) => (merits[a] === merits[b] ? a - b : merits[a]! < merits[b]! ? -1 : 1));
      let tried = 0;
      for (const index of worstFirst) {
        if (!mayShrink()) break;
        yield* search.round([without(index)]);
        tried += 1;
      }
      if (tried === all.length) reason = 'every ingredient has been tried';
    }
    yield { kind: 'stopped', reason };
    const members = search.state;
    return {
      coefficients: averageOf(members, ingredients.length),
      used: members.map((index) => ingredients[index]!.id),
      summary: `${members.length} of ${ingredients.length} ingredients are left, ${search.metric.describe(search.score, before, 'all of them together')}; stopped because ${reason}.`,
    };
  },
};
