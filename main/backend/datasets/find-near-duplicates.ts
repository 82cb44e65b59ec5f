import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexSamples, type NearDuplicate, nearDuplicates } from '../../data/near-duplicates/find.ts';
import { openSplit } from '../../data/open-split.ts';
import { ROWS_FILE, readManifest } from '../../data/prepared-folder.ts';
import type { Split } from '../../data/split.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { unhurried } from '../unhurried.ts';
import { toldPairs } from './check-leakage.ts';
import { type DatasetService, type PreparedSplit, pairName } from './service.ts';

export interface NearDuplicatesOfPair {
  readonly seen: PreparedSplit;
  readonly scored: PreparedSplit;
  readonly found: readonly NearDuplicate[];
}

type Pair = Pick<NearDuplicatesOfPair, 'seen' | 'scored'>;

/** Reading one sample of the seen split costs as much as this share of comparing one. */
const READING_SHARE = 1 / 10;

/**
 * Samples of scored splits that are nearly the same as ones seen before, among the newest splits of a project. Of splits that show
 * the same rows of one file, damaged or not, one stands for all, the undamaged one where there is one; splits whose samples have
 * different shapes are not compared.
 * @throws StockpotError `data/…`, `datasets/…`, `file/…`, `job/cancelled`
 */
export async function findNearDuplicates(
  datasets: DatasetService,
  projectId: number,
  { signal, onProgress }: JobOptions,
): Promise<readonly NearDuplicatesOfPair[]> {
  const known = datasets.nearDuplicates;
  const pairs = distinctPairs(await toldPairs(datasets, projectId, signal));
  const bySeen = Map.groupBy(
    pairs.filter((pair) => !known.has(pairName(pair))),
    ({ seen }) => seen,
  );
  let done = 0;
  const total = [...bySeen].reduce(
    (sum, [seen, group]) => sum + READING_SHARE * seen.ref.sampleCount + samplesOf(group),
    0,
  );
  for (const [seen, group] of bySeen) {
    using opened = open(seen);
    const tell = (stage: string, own: number): void =>
      onProgress?.({ stage, done: done + own, total, unit: 'samples' });
    const reading = indexSamples(opened.split, (read) => tell(`Reading ${seen.name}`, READING_SHARE * read));
    const samples = await unhurried(reading, signal);
    done += READING_SHARE * seen.ref.sampleCount;
    for (const pair of group) {
      const { scored } = pair;
      using other = open(scored);
      const comparing = nearDuplicates(samples, other.split, (own) =>
        tell(`Comparing ${scored.name} with ${seen.name}`, own),
      );
      known.set(pairName(pair), await unhurried(comparing, signal));
      done += scored.ref.sampleCount;
    }
  }
  return pairs.map((pair) => ({ ...pair, found: known.get(pairName(pair))! }));
}

function open({ ref }: PreparedSplit): Disposable & { readonly split: Split } {
  const split = openSplit(ref);
  return { split, [Symbol.dispose]: () => split.close() };
}

function samplesOf(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, { scored }) => sum + scored.ref.sampleCount, 0);
}

/** Of pairs that show the same rows the least damaged. */
function distinctPairs(pairs: readonly Pair[]): readonly Pair[] {
  const origins = new Map<PreparedSplit, { readonly rows: string; readonly damaged: number }>();
  for (const split of pairs.flatMap(({ seen, scored }) => [seen, scored])) {
    if (!origins.has(split)) origins.set(split, originOf(split));
  }
  const chosen = new Map<string, Pair & { readonly damaged: number }>();
  for (const pair of pairs) {
    const [seen, scored] = [origins.get(pair.seen)!, origins.get(pair.scored)!];
    if (pair.seen.ref.sampleShape.join() !== pair.scored.ref.sampleShape.join()) continue;
    const rows = `${seen.rows} ${scored.rows}`;
    const damaged = seen.damaged + scored.damaged;
    if (damaged < (chosen.get(rows)?.damaged ?? Number.POSITIVE_INFINITY)) chosen.set(rows, { ...pair, damaged });
  }
  return [...chosen.values()];
}

function originOf({ ref }: PreparedSplit) {
  const provenance = readManifest(ref.folder)?.provenance;
  const path = join(ref.folder, ROWS_FILE);
  const rows = hash(
    'sha256',
    withFileErrors(path, () => readFileSync(path)),
  );
  return { rows: `${provenance?.images.sha256} ${rows}`, damaged: provenance?.corruption === undefined ? 0 : 1 };
}
