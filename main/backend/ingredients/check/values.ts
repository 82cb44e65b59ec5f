import { type CheckpointsComparison, compareCheckpoints } from '../../../analysis/compare-checkpoints.ts';
import type { Checkpoint } from '../../../checkpoints/checkpoint.ts';
import { hashCheckpoint } from '../../../checkpoints/hash.ts';
import { closeIngredients, openIngredients } from '../../../mix/open-ingredients.ts';
import type { JobOptions } from '../../jobs/job-options.ts';
import type { FileToCheck } from './headers.ts';

export interface ValueCheck {
  readonly comparison: CheckpointsComparison;
  /** SHA-256 of each file. */
  readonly hashes: readonly string[];
  /** Indices of files with the same content, each two or more. */
  readonly duplicates: readonly (readonly number[])[];
}

/**
 * Reads all files: hashes, numbers that are none, and which of them share an ancestor, tensor by tensor.
 * @param files their names are those that sentences use
 * @throws StockpotError as `openCheckpoint`, `compareCheckpoints`; `job/cancelled`
 */
export async function checkValues(
  files: readonly (FileToCheck & { readonly name: string })[],
  options: JobOptions = {},
): Promise<ValueCheck> {
  const checkpoints = await openIngredients(files);
  try {
    const hashes = await hashAll(checkpoints, options);
    const comparison = await compareCheckpoints(checkpoints, { ...options, names: files.map(({ name }) => name) });
    const byHash = Map.groupBy(hashes.keys(), (index) => hashes[index]!);
    return { comparison, hashes, duplicates: [...byHash.values()].filter((same) => same.length > 1) };
  } finally {
    closeIngredients(checkpoints);
  }
}

async function hashAll(checkpoints: readonly Checkpoint[], options: JobOptions): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (const [index, checkpoint] of checkpoints.entries()) {
    hashes.push(
      await hashCheckpoint(checkpoint, {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        onProgress: ({ done, total }) =>
          options.onProgress?.({
            stage: `Hashing file ${index + 1} of ${checkpoints.length}`,
            done,
            total,
            unit: 'bytes',
          }),
      }),
    );
  }
  return hashes;
}
