import { z } from 'zod';
import { basinFaults, basinFields, basinMixtures, describeBasins, findBasins } from './basins.ts';
import type { Transformation } from './recipe.ts';

const options = z.strictObject(basinFields);

type LargestBasinOptions = z.output<typeof options>;

/** Models outside of the largest basin are left out; recipes for models of one initialisation come next. */
export const largestBasin: Transformation<LargestBasinOptions> = {
  name: 'largest-basin',
  title: 'Only the largest basin',
  description:
    'Keeps the models that can be averaged with each other and leaves the others out: the largest group that shares an ancestor, or that interpolates without a barrier.',
  family: 'composition',
  chooseWhen: 'Some ingredients may have been trained from another beginning, and would spoil an average.',
  source:
    'The basin of Wortsman et al., "Model soups", ICML 2022, https://arxiv.org/abs/2203.05482, and Ramé et al., "Diverse weight averaging", NeurIPS 2022, https://arxiv.org/abs/2205.09739, who have one by starting from one model; how it is found is Stockpot’s own',
  needs: { selection: false, minimumIngredients: 1 },
  options,
  check: basinFaults,
  namesAfter: (names) => names,
  mixtures: basinMixtures,
  async apply(parts, _ingredients, chosen, context) {
    const basins = await findBasins('largest-basin', parts, chosen, context);
    return { parts: (basins[0] ?? []).map((i) => parts[i]!), summary: describeBasins(parts, basins) };
  },
};
