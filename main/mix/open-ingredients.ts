import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../checkpoints/open.ts';

/**
 * Opens the checkpoints; all of them or none.
 * @throws StockpotError as `openCheckpoint`
 */
export function openIngredients(paths: readonly string[]): readonly Checkpoint[] {
  const opened: Checkpoint[] = [];
  try {
    for (const path of paths) opened.push(openCheckpoint(path));
    return opened;
  } catch (thrown) {
    closeIngredients(opened);
    throw thrown;
  }
}

export function closeIngredients(checkpoints: readonly Checkpoint[]): void {
  for (const checkpoint of checkpoints) checkpoint.close();
}
