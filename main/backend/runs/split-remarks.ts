import { isDeepStrictEqual } from 'node:util';
import { SharedSampleCounter } from '../../data/leakage.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import { agreedNormalization, describeNormalization, NO_NORMALIZATION } from '../ingredients/normalization.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { CookRequest } from './cook-request.ts';

/** What a user should know of a split although it can be used. */
interface SplitRemark {
  readonly split: string;
  readonly remark: string;
}

/** How many samples two splits share, by their keys: their samples never change, so that it is counted once. */
export type KnownShares = Map<string, number>;

/** Samples that splits share flatter the scores, pixel values on another scale than in training ruin them: both are said aloud. */
export async function splitRemarks(
  { train, selection, tests, ingredients }: CookRequest,
  known: KnownShares,
  options: JobOptions = {},
): Promise<readonly SplitRemark[]> {
  const scored = [selection, ...tests].filter((split) => split !== undefined);
  const paths = ingredients.map(({ ingredient }) => ingredient.path);
  const sharing = await sharingRemarks(train, selection, tests, known, options);
  return [...sharing, ...(await normalizationRemarks(scored, paths))];
}

async function sharingRemarks(
  train: PreparedSplit | undefined,
  selection: PreparedSplit | undefined,
  tests: readonly PreparedSplit[],
  known: KnownShares,
  { signal, onProgress }: JobOptions,
): Promise<readonly SplitRemark[]> {
  const pairs: (readonly [PreparedSplit, PreparedSplit])[] = [];
  if (train !== undefined && selection !== undefined) pairs.push([train, selection]);
  for (const test of tests) {
    for (const seen of [train, selection]) if (seen !== undefined) pairs.push([seen, test]);
  }
  const counter = new SharedSampleCounter(signal);
  const remarks: SplitRemark[] = [];
  for (const [done, [seen, split]] of pairs.entries()) {
    const pair = `${seen.ref.key} ${split.ref.key}`;
    if (!known.has(pair)) {
      onProgress?.({ stage: 'Comparing the splits', done, total: pairs.length, unit: 'pairs' });
      known.set(pair, await counter.count(seen.ref, split.ref));
    }
    const shared = known.get(pair)!;
    if (shared === 0) continue;
    const remark = `${shared} of its ${split.ref.sampleCount} samples are in the ${seen.role} split too; scores on them flatter`;
    remarks.push({ split: split.name, remark });
  }
  return remarks;
}

async function normalizationRemarks(
  splits: readonly PreparedSplit[],
  paths: readonly string[],
): Promise<readonly SplitRemark[]> {
  const agreed = await agreedNormalization(paths);
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
