import { join } from 'node:path';
import type { DatasetRepository, StoredSplit } from '../../../db/repositories/datasets.ts';
import type { NearDuplicate } from '../../data/near-duplicates/find.ts';
import { prepareSplit } from '../../data/prepare.ts';
import { readManifest, refOf } from '../../data/prepared-folder.ts';
import type { DataSource, IdxSource } from '../../data/source.ts';
import type { SplitRef, SplitRole } from '../../data/split.ts';
import { StockpotError } from '../../errors.ts';
import type { JobOptions } from '../jobs/job-options.ts';

/** A split ready for use. */
export interface PreparedSplit {
  readonly id: number;
  readonly role: SplitRole;
  readonly name: string;
  readonly source: DataSource;
  readonly ref: SplitRef;
}

/** What has been found in a pair of splits, by `pairName`: their samples never change, so that it is found once. */
type KnownNearDuplicates = Map<string, readonly NearDuplicate[]>;

/** Of a split that was seen before and one that is scored. */
export function pairName({ seen, scored }: { readonly seen: PreparedSplit; readonly scored: PreparedSplit }): string {
  return `${seen.ref.key} ${scored.ref.key}`;
}

interface SplitRequest {
  readonly projectId: number;
  /** Name of the data set that the split belongs to. */
  readonly dataset: string;
  readonly role: SplitRole;
  readonly name: string;
  /** Its paths absolute. */
  readonly source: DataSource;
}

export interface DatasetService {
  /** What was looked for since the workspace was opened (`findNearDuplicates`). */
  readonly nearDuplicates: KnownNearDuplicates;
  /**
   * Lays the split out in the workspace's cache, or finds it there, and remembers it.
   * @throws StockpotError as `prepareSplit`
   */
  prepare(request: SplitRequest, options?: JobOptions): Promise<PreparedSplit>;
  list(projectId: number): readonly { readonly name: string; readonly splits: readonly StoredSplit[] }[];
  /** @throws StockpotError `datasets/unknown` */
  get(splitId: number): StoredSplit;
  /**
   * A split that is remembered; laid out again where the cache no longer holds it.
   * @throws StockpotError `datasets/unknown`, `datasets/changed` when its files are others by now, as `prepareSplit`
   */
  ready(splitId: number, options?: JobOptions): Promise<PreparedSplit>;
  /** How many runs use it. */
  runCount(splitId: number): number;
  /** @throws StockpotError `datasets/unknown`, `datasets/in-use` */
  remove(splitId: number): void;
}

export function datasetService(datasets: DatasetRepository, cacheFolder: string): DatasetService {
  const get = (splitId: number): StoredSplit => {
    const found = datasets.splitById(splitId);
    if (found !== undefined) return found;
    throw new StockpotError({ code: 'datasets/unknown', what: 'There is no such split', where: `split ${splitId}` });
  };
  return {
    nearDuplicates: new Map(),
    async prepare({ projectId, dataset, role, name, source }, options = {}) {
      const ref = await prepareSplit(source, { ...options, cacheFolder, name });
      const stored = datasets.ensureSplit({
        datasetId: datasets.ensure(projectId, dataset).id,
        role,
        name,
        key: ref.key,
        source,
        normalization: ref.normalization,
        sampleCount: ref.sampleCount,
        sampleShape: ref.sampleShape,
        classCount: ref.classCount,
      });
      return { id: stored.id, role, name, source, ref };
    },
    list: (projectId) => datasets.list(projectId).map(({ id, name }) => ({ name, splits: datasets.splits(id) })),
    get,
    async ready(splitId, options = {}) {
      const stored = get(splitId);
      const { id, role, name, key } = stored;
      const source = stored.source as DataSource;
      const folder = join(cacheFolder, key);
      const manifest = readManifest(folder);
      if (manifest !== undefined) return { id, role, name, source, ref: refOf(manifest, folder) };
      const ref = await prepareSplit(source, { ...options, cacheFolder, name });
      if (ref.key !== key) throw changed(stored);
      return { id, role, name, source, ref };
    },
    runCount: (splitId) => datasets.runCount(splitId),
    remove(splitId) {
      const { name } = get(splitId);
      const runs = datasets.runCount(splitId);
      if (runs > 0) throw inUse(name, runs);
      datasets.removeSplit(splitId);
    },
  };
}

function changed({ name, source }: StoredSplit): StockpotError {
  return new StockpotError({
    code: 'datasets/changed',
    what: `The files of the split ${name} are not those that it was made from`,
    ...((source as DataSource).format === 'idx' ? { where: (source as IdxSource).images } : {}),
    remedy: 'Put the original files back, or add the split again with the new ones.',
  });
}

function inUse(name: string, runs: number): StockpotError {
  return new StockpotError({
    code: 'datasets/in-use',
    what: `${runs === 1 ? 'One run uses' : `${runs} runs use`} the split ${name}`,
    remedy: 'Its scores would lose their meaning; remove the runs for good first.',
  });
}
