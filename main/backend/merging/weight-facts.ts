import { changeProducts } from '../../analysis/change-products.ts';
import { compareCheckpoints } from '../../analysis/compare-checkpoints.ts';
import type { Checkpoint } from '../../checkpoints/checkpoint.ts';
import type { BlendInput } from '../../mix/blend.ts';
import type { FileIngredient } from '../../mix/mixture.ts';
import type { OnProgress } from '../../progress.ts';
import type { Products, WeightFacts } from '../../recipes/recipe.ts';
import { openInputs } from './open-inputs.ts';

/**
 * What can be told of ingredients, or of what is made of them, by reading their weights.
 * @param files one per ingredient
 */
export function weightFactsOf(files: readonly Omit<FileIngredient, 'sha256'>[], onProgress: OnProgress): WeightFacts {
  return {
    families: (models, signal) =>
      openInputs(files, models, async (opened) => {
        if (opened.length < 2) return opened.map((_, i) => [i]);
        const { groups } = await compareCheckpoints(opened, { signal, onProgress });
        return groups.map(({ members }) => members);
      }),
    changeProducts: (base: BlendInput, models, signal) =>
      openInputs(files, [base, ...models], async ([origin, ...others]) => {
        const found = await changeProducts(origin!, others as readonly Checkpoint[], { signal, onProgress });
        return new Map([...found].map(([name, sums]): [string, Products] => [name, (i, j) => sums.product(i, j)]));
      }),
  };
}
