import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import { hashCheckpoint } from '../checkpoints/hash.ts';
import { openCheckpoint } from '../checkpoints/open.ts';
import type { MixtureIngredient } from './mixture.ts';

/**
 * Opens the checkpoints; all of them or none.
 * @throws StockpotError as `openCheckpoint`
 */
export async function openIngredients(
  ingredients: readonly Pick<MixtureIngredient, 'path' | 'reading'>[],
): Promise<readonly Checkpoint[]> {
  const opened: Checkpoint[] = [];
  try {
    for (const { path, reading } of ingredients) opened.push(await openCheckpoint(path, reading));
    return opened;
  } catch (thrown) {
    closeIngredients(opened);
    throw thrown;
  }
}

export function closeIngredients(checkpoints: readonly Checkpoint[]): void {
  for (const checkpoint of checkpoints) checkpoint.close();
}

/**
 * SHA-256 of the checkpoint's file or files, lower-case hex.
 * @throws StockpotError as `openCheckpoint` and `hashCheckpoint`
 */
export async function hashIngredient(path: string, signal?: AbortSignal): Promise<string> {
  const checkpoint = await openCheckpoint(path);
  try {
    return await hashCheckpoint(checkpoint, signal === undefined ? {} : { signal });
  } finally {
    checkpoint.close();
  }
}
