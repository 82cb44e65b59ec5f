import type { Checkpoint } from '../../checkpoints/checkpoint.ts';
import { type BlendInput, mixtureOfBlend } from '../../mix/blend.ts';
import type { FileIngredient } from '../../mix/mixture.ts';
import { closeIngredients, openIngredients } from '../../mix/open-ingredients.ts';

/**
 * Ingredients, or what is made of them, opened for as long as the work takes.
 * @param files one per ingredient
 * @throws StockpotError as `openIngredients`
 */
export async function openInputs<Result>(
  files: readonly Omit<FileIngredient, 'sha256'>[],
  inputs: readonly BlendInput[],
  work: (opened: readonly Checkpoint[]) => Promise<Result>,
): Promise<Result> {
  const hashed = files.map((file) => ({ ...file, sha256: '' }));
  const { ingredients } = mixtureOfBlend(hashed, { inputs, groups: [] }, { accumulate: 'f64', dtype: 'keep' });
  const opened = await openIngredients(ingredients);
  try {
    return await work(opened);
  } finally {
    closeIngredients(opened);
  }
}
