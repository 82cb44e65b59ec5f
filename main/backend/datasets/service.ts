import type { DatasetRepository, StoredSplit } from '../../../db/repositories/datasets.ts';
import { prepareSplit } from '../../data/prepare.ts';
import type { DataSource } from '../../data/source.ts';
import type { SplitRef, SplitRole } from '../../data/split.ts';
import type { JobOptions } from '../jobs/job-options.ts';

/** A split ready for use. */
export interface PreparedSplit {
  readonly id: number;
  readonly role: SplitRole;
  readonly name: string;
  readonly source: DataSource;
  readonly ref: SplitRef;
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
  /**
   * Lays the split out in the workspace's cache, or finds it there, and remembers it.
   * @throws StockpotError as `prepareSplit`
   */
  prepare(request: SplitRequest, options?: JobOptions): Promise<PreparedSplit>;
  list(projectId: number): readonly { readonly name: string; readonly splits: readonly StoredSplit[] }[];
}

export function datasetService(datasets: DatasetRepository, cacheFolder: string): DatasetService {
  return {
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
  };
}
