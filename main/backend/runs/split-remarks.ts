import { isDeepStrictEqual } from 'node:util';
import { countShared } from '../../data/leakage.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import { agreedNormalization, describeNormalization, NO_NORMALIZATION } from '../ingredients/normalization.ts';
import type { CookRequest } from './cook-request.ts';

/** What a user should know of a split although it can be used. */
interface SplitRemark {
  readonly split: string;
  readonly remark: string;
}

/** Samples that splits share flatter the scores, pixel values on another scale than in training ruin them: both are said aloud. */
export function splitRemarks({ train, selection, tests, ingredients }: CookRequest): readonly SplitRemark[] {
  const scored = [selection, ...tests].filter((split) => split !== undefined);
  const paths = ingredients.map(({ ingredient }) => ingredient.path);
  return [...sharingRemarks(train, selection, tests), ...normalizationRemarks(scored, paths)];
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

function normalizationRemarks(splits: readonly PreparedSplit[], paths: readonly string[]): readonly SplitRemark[] {
  const agreed = agreedNormalization(paths);
  const unlike = splits.filter(({ source, ref }) =>
    agreed === undefined ? source.normalization === undefined : !isDeepStrictEqual(ref.normalization, agreed),
  );
  if (unlike.length === 0) return [];
  const remark =
    agreed === undefined
      ? NO_NORMALIZATION
      : `the ingredients were trained on images normalised by ${describeNormalization(agreed)}, which these are not; scores will be poor`;
  return [{ split: unlike.map(({ name }) => name).join(', '), remark }];
}
