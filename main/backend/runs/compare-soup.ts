import { join } from 'node:path';
import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { openSplit } from '../../data/open-split.ts';
import type { SplitRef } from '../../data/split.ts';
import { correctness } from '../../metrics/classification.ts';
import { comparePaired, type PairedComparison } from '../../metrics/paired.ts';
import { ensembleSubject, ingredientSubject, type Subject } from '../evaluations/subject.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { CookRoom } from './cook.ts';
import { parseRecipeFile } from './recipe-file.ts';
import { outcomeOf, type RunDetails } from './run-details.ts';
import { recipePath } from './run-recipe.ts';

export interface SoupComparison {
  /** An ingredient's name, or an ensemble's kind of row. */
  readonly rival: string;
  readonly testSet: string;
  /** The soup is the first. */
  readonly result: PairedComparison;
}

/**
 * A finished run's soup against some of its other subjects on every test set, sample by sample, from the kept predictions.
 * @throws StockpotError what computing predictions throws, where they are no longer there
 */
export async function compareSoup(
  { evaluations, paths }: CookRoom,
  details: RunDetails,
  rivals: readonly string[],
  options: JobOptions,
): Promise<readonly SoupComparison[]> {
  const architecture = buildArchitecture(details.run.architecture);
  const { runtime, device } = parseRecipeFile(details.run.recipeFile, recipePath(paths, details.run.id));
  const context = { architecture: architecture.spec, runtime: { runtime, device } };
  const members = details.ingredients.map(({ ingredient }) => ingredientSubject(architecture, ingredient));
  const subjects = new Map<string, Subject>([
    ...details.ingredients.map(({ name }, i) => [name, members[i]!] as const),
    ['ensemble-logits', ensembleSubject('mean-logits', members)],
    ['ensemble-probabilities', ensembleSubject('mean-probabilities', members)],
  ]);
  const soup = outcomeOf(details, architecture);
  const comparisons: SoupComparison[] = [];
  for (const split of details.splits.filter(({ role }) => role === 'test')) {
    const ref = refOf(split, paths.splits);
    const labels = labelsOf(ref);
    const hits = async (subject: Subject): Promise<Uint8Array> =>
      correctness(await evaluations.logits(subject, ref, context, options), labels);
    const ours = await hits(soup);
    for (const rival of rivals) {
      const result = comparePaired(ours, await hits(subjects.get(rival)!), details.run.seed);
      comparisons.push({ rival, testSet: split.name, result });
    }
  }
  return comparisons;
}

function refOf(split: StoredSplit, cacheFolder: string): SplitRef {
  const { key, sampleCount, sampleShape, classCount, normalization } = split;
  return { key, folder: join(cacheFolder, key), sampleCount, sampleShape, classCount, normalization };
}

function labelsOf(ref: SplitRef): Int32Array {
  const split = openSplit(ref, 0);
  split.close();
  return split.labels;
}
