import { countShared } from '../../data/leakage.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { CookRequest } from './cook-request.ts';

/** What a user should know of a split although it can be used. */
interface SplitRemark {
  readonly split: string;
  readonly remark: string;
}

/** Samples that splits share flatter the scores, pixel values on another scale than in training ruin them: both are said aloud. */
export function splitRemarks({ train, selection, tests }: CookRequest): readonly SplitRemark[] {
  const scored = [selection, ...tests].filter((split) => split !== undefined);
  return [...sharingRemarks(train, selection, tests), ...normalizationRemarks(scored)];
}

function sharingRemarks(
  train: PreparedSplit | undefined,
  selection: PreparedSplit | undefined,
  tests: readonly PreparedSplit[],
): readonly SplitRemark[] {
  const pairs: (readonly [PreparedSplit, PreparedSplit])[] = [];
  if (train !== undefined && selection !== undefined) pairs.push([train, selection]);
  for (const test of tests) {
    for (const seen of [train, selection]) if (seen !== undefined) pairs.push([seen, test]);
  }
  return pairs.flatMap(([seen, split]) => {
    const shared = countShared(seen.ref, split.ref);
    if (shared === 0) return [];
    const remark = `${shared} of its ${split.ref.sampleCount} samples are in the ${seen.role} split too; scores on them flatter`;
    return [{ split: split.name, remark }];
  });
}

function normalizationRemarks(splits: readonly PreparedSplit[]): readonly SplitRemark[] {
  const plain = splits.filter(({ source }) => source.normalization === undefined).map(({ name }) => name);
  if (plain.length === 0) return [];
  const remark =
    'no normalization is given, so pixel values go in as 0 … 1; if the ingredients were trained on others, scores will be poor';
  return [{ split: plain.join(', '), remark }];
}
