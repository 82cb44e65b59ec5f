import type { Normalization, SplitRole } from '../../main/data/split.ts';
import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

interface Dataset {
  readonly id: number;
  readonly projectId: number;
  readonly name: string;
  readonly createdAt: string;
}

/** A prepared split as the database remembers it; its bytes are in the cache, in the folder named by `key`. */
export interface StoredSplit {
  readonly id: number;
  readonly datasetId: number;
  readonly role: SplitRole;
  readonly name: string;
  readonly key: string;
  /** What it was prepared from, as a recipe file would say it. */
  readonly source: unknown;
  readonly normalization: Normalization;
  readonly sampleCount: number;
  readonly sampleShape: readonly number[];
  readonly classCount: number;
  readonly createdAt: string;
}

export interface DatasetRepository {
  ensure(projectId: number, name: string): Dataset;
  list(projectId: number): readonly Dataset[];
  /** The split with this role, name, key and normalization; made when there is none. */
  ensureSplit(split: Omit<StoredSplit, 'id' | 'createdAt'>): StoredSplit;
  splitById(id: number): StoredSplit | undefined;
  splits(datasetId: number): readonly StoredSplit[];
  projectOf(splitId: number): number | undefined;
  /** How many runs use the split. */
  runCount(splitId: number): number;
  removeSplit(splitId: number): void;
}

type Row = Omit<StoredSplit, 'source' | 'normalization' | 'sampleShape'> & {
  readonly source: string;
  readonly normalization: string;
  readonly sampleShape: string;
};

const COLUMNS = `id, dataset_id AS datasetId, role, name, key, source, normalization, sample_count AS sampleCount,
  sample_shape AS sampleShape, class_count AS classCount, created_at AS createdAt`;

export function datasetRepository(database: Database): DatasetRepository {
  const dataset = 'SELECT id, project_id AS projectId, name, created_at AS createdAt FROM datasets';
  const insert = database.query(
    'INSERT INTO datasets (project_id, name, created_at) VALUES (?, ?, ?) ON CONFLICT (project_id, name) DO NOTHING',
  );
  const byName = database.query<Dataset>(`${dataset} WHERE project_id = ? AND name = ?`);
  const list = database.query<Dataset>(`${dataset} WHERE project_id = ? ORDER BY id`);
  const insertSplit = database.query(
    `INSERT INTO splits (dataset_id, role, name, key, source, normalization, sample_count, sample_shape, class_count,
       created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dataset_id, role, name, key, normalization) DO NOTHING`,
  );
  const same = database.query<Row>(
    `SELECT ${COLUMNS} FROM splits WHERE dataset_id = ? AND role = ? AND name = ? AND key = ? AND normalization = ?`,
  );
  const byId = database.query<Row>(`SELECT ${COLUMNS} FROM splits WHERE id = ?`);
  const splits = database.query<Row>(`SELECT ${COLUMNS} FROM splits WHERE dataset_id = ? ORDER BY id`);
  return {
    ensure: (projectId, name) =>
      database.transaction(() => {
        insert.run(projectId, name, timestamp());
        return byName.get(projectId, name)!;
      }),
    list: (projectId) => list.all(projectId),
    ensureSplit: (split) =>
      database.transaction(() => {
        const { datasetId, role, name, key } = split;
        const normalization = toJson(split.normalization);
        insertSplit.run(
          datasetId,
          role,
          name,
          key,
          toJson(split.source),
          normalization,
          split.sampleCount,
          toJson(split.sampleShape),
          split.classCount,
          timestamp(),
        );
        return splitOf(same.get(datasetId, role, name, key, normalization)!);
      }),
    splitById: (id) => {
      const row = byId.get(id);
      return row === undefined ? undefined : splitOf(row);
    },
    splits: (datasetId) => splits.all(datasetId).map(splitOf),
    ...splitUse(database),
  };
}

function splitUse(database: Database): Pick<DatasetRepository, 'projectOf' | 'runCount' | 'removeSplit'> {
  const project = database.query<{ readonly projectId: number }>(
    `SELECT project_id AS projectId FROM splits JOIN datasets ON datasets.id = splits.dataset_id WHERE splits.id = ?`,
  );
  const uses = database.query<{ readonly count: number }>(
    'SELECT count(*) AS count FROM run_splits WHERE split_id = ?',
  );
  const remove = database.query('DELETE FROM splits WHERE id = ?');
  return {
    projectOf: (splitId) => project.get(splitId)?.projectId,
    runCount: (splitId) => uses.get(splitId)!.count,
    removeSplit: (splitId) => void remove.run(splitId),
  };
}

function splitOf(row: Row): StoredSplit {
  return {
    ...row,
    source: fromJson(row.source),
    normalization: fromJson(row.normalization),
    sampleShape: fromJson(row.sampleShape),
  };
}
