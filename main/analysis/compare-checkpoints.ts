import { basename } from 'node:path';
import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import { judgePair, type PairVerdict } from './ancestry.ts';
import { describeComparison } from './describe-comparison.ts';
import { type AncestryGroup, groupByAncestry } from './groups.ts';
import { measureSimilarity, type SimilarityOptions, type TensorSimilarity } from './similarity.ts';

export interface CheckpointsComparison {
  /** What the checkpoints are called in `sentences`. */
  readonly names: readonly string[];
  /** Every tensor, with NaN and infinities found on the way. */
  readonly tensors: readonly TensorSimilarity[];
  /** Every two checkpoints: 0 and 1, 0 and 2, … */
  readonly pairs: readonly PairVerdict[];
  /** The larger groups first. */
  readonly groups: readonly AncestryGroup[];
  /** For a user: who shares an ancestor, what was initialised anew, duplicates, what is not finite. */
  readonly sentences: readonly string[];
}

export interface ComparisonOptions extends SimilarityOptions {
  /** What the checkpoints are called; their file names by default. */
  readonly names?: readonly string[];
}

/**
 * Which checkpoints share an ancestor, judged tensor by tensor in one pass over the files. Tensors are matched by name and
 * shape: open checkpoints with other names through a `Reading` first.
 * @param checkpoints opened; they stay open
 * @throws StockpotError as `Checkpoint.read`; `job/cancelled`
 */
export async function compareCheckpoints(
  checkpoints: readonly Checkpoint[],
  options: ComparisonOptions = {},
): Promise<CheckpointsComparison> {
  const tensors = await measureSimilarity(checkpoints, options);
  const counts = checkpoints.map((checkpoint) => checkpoint.tensors.size);
  const pairs = checkpoints.flatMap((_, a) =>
    checkpoints.slice(a + 1).map((__, offset) => judgePair(a, a + 1 + offset, tensors, counts)),
  );
  const names = options.names ?? namesOf(checkpoints);
  const groups = groupByAncestry(checkpoints.length, pairs);
  return { names, tensors, pairs, groups, sentences: describeComparison({ names, tensors, pairs, groups }) };
}

/** File names; paths where two files are called the same. */
function namesOf(checkpoints: readonly Checkpoint[]): readonly string[] {
  const short = checkpoints.map(({ path }) => basename(path));
  return new Set(short).size === short.length ? short : checkpoints.map(({ path }) => path);
}
