import { isDeepStrictEqual } from 'node:util';
import { SharedSampleCounter } from '../../data/leakage.ts';
import { type DatasetService, type PreparedSplit, pairName } from '../datasets/service.ts';
import { agreedNormalization, describeNormalization, NO_NORMALIZATION } from '../ingredients/normalization.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { CookRequest } from './cook-request.ts';

/** What a user should know of a split although it can be used. */
interface SplitRemark {
  readonly split: string;
  readonly remark: string;
}

/** What is known of splits that was looked for before, and is not looked for here. */
export type KnownAlike = Pick<DatasetService, 'nearDuplicates'>;

/** How many samples two splits share, by their keys: their samples never change, so that it is counted once. */
export type KnownShares = Map<string, number>;

/** Samples that splits share flatter the scores, pixel values on another scale than in training ruin them: both are said aloud. */
export async function splitRemarks(
  { train, selection, tests, ingredients }: CookRequest,
  known: KnownShares,
  { nearDuplicates }: KnownAlike,
  options: JobOptions = {},
): Promise<readonly SplitRemark[]> {
  const scored = [selection, ...tests].filter((split) => split !== undefined);
  const paths = ingredients.map(({ ingredient }) => ingredient.path);
  const pairs = toldPairs(train, selection, tests);
  const sharing = await sharingRemarks(pairs, known, options);
  const alike = pairs.flatMap((pair) => {
    const found = nearDuplicates.get(pairName(pair)) ?? [];
    return found.length === 0 ? [] : [alikeRemark(pair, found.length)];
  });
  return [...sharing, ...alike, ...(await normalizationRemarks(scored, paths))];
}

interface ToldPair {
  readonly seen: PreparedSplit;
  readonly scored: PreparedSplit;
}

function toldPairs(
  train: PreparedSplit | undefined,
  selection: PreparedSplit | undefined,
  tests: readonly PreparedSplit[],
): readonly ToldPair[] {
  const pairs: ToldPair[] = [];
  if (train !== undefined && selection !== undefined) pairs.push({ seen: train, scored: selection });
  for (const scored of tests)
    for (const seen of [train, selection]) if (seen !== undefined) pairs.push({ seen, scored });
  return pairs;
}

async function sharingRemarks(
  pairs: readonly ToldPair[],
  known: KnownShares,
  { signal, onProgress }: JobOptions,
): Promise<readonly SplitRemark[]> {
  const counter = new SharedSampleCounter(signal);
  const remarks: SplitRemark[] = [];
  for (const [done, pair] of pairs.entries()) {
    const { seen, scored } = pair;
    const name = pairName(pair);
    if (!known.has(name)) {
      onProgress?.({ stage: 'Comparing the splits', done, total: pairs.length, unit: 'pairs' });
      known.set(name, await counter.count(seen.ref, scored.ref));
    }
    const shared = known.get(name)!;
    if (shared === 0) continue;
    const remark = `${shared} of its ${scored.ref.sampleCount} samples are in the ${seen.role} split too; scores on them flatter`;
    remarks.push({ split: scored.name, remark });
  }
  return remarks;
}

function alikeRemark({ seen, scored }: ToldPair, count: number): SplitRemark {
  const remark = `${count} of its ${scored.ref.sampleCount} samples look nearly the same as ones in the ${seen.role} split; if they are copies, scores on them flatter`;
  return { split: scored.name, remark };
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
