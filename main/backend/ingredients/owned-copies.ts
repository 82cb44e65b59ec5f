import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { IngredientFile } from '../../../db/repositories/ingredients.ts';
import { withFileErrors } from '../../files/file-errors.ts';

/**
 * What Stockpot itself has put into its folder of checkpoints for an ingredient, and may take away again: the file of one that was
 * trained here, or the folder of one that came with a project file. Undefined for a user's own file, wherever that is.
 */
function ownedCopy(
  { path, sha256, origin, trainingKey }: IngredientFile,
  checkpointFolder: string,
): string | undefined {
  const folder = dirname(path);
  if (dirname(folder) === checkpointFolder && basename(folder) === sha256) return folder;
  const isTrainedHere =
    folder === checkpointFolder &&
    origin === 'trained' &&
    trainingKey !== null &&
    path.endsWith(`-${trainingKey.slice(0, 12)}.safetensors`);
  return isTrainedHere ? path : undefined;
}

/**
 * Deletes the copies that served `before` and serve none of `after`, the ingredients that are left in any project. Returns what is
 * gone.
 * @throws StockpotError `file/…`
 */
export function removeUnusedCopies(
  before: readonly IngredientFile[],
  after: readonly IngredientFile[],
  checkpointFolder: string,
): readonly string[] {
  const used = new Set(after.flatMap(({ path }) => [path, dirname(path)]));
  const copies = new Set(before.flatMap((file) => ownedCopy(file, checkpointFolder) ?? []));
  const unused = [...copies].filter((copy) => !used.has(copy));
  for (const copy of unused) withFileErrors(copy, () => rmSync(copy, { recursive: true, force: true }));
  return unused;
}
