import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import type { Reading } from '../../main/checkpoints/checkpoint.ts';
import type { CheckpointFormat } from '../../main/checkpoints/formats.ts';
import { isSameReading } from '../../main/checkpoints/reading.ts';
import type { TrainingConfig, TrainResult } from '../../main/engine/protocol.ts';
import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

/** How an ingredient that was trained here came about. */
interface TrainingRecord {
  readonly config: TrainingConfig;
  readonly trainKey: string;
  readonly selectionKey: string;
  readonly result: TrainResult;
}

export interface Ingredient {
  readonly id: number;
  readonly projectId: number;
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly format: CheckpointFormat;
  readonly sha256: string;
  /** How the file is read, where its content leaves that open. */
  readonly reading: Reading | undefined;
  readonly byteSize: number;
  readonly parameterCount: number;
  readonly architecture: ArchitectureSpec;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly origin: 'imported' | 'trained';
  /** The ingredient it was fine-tuned from. */
  readonly baseId: number | null;
  /** Hash of everything the training depends on; only of trained ones. */
  readonly trainingKey: string | null;
  readonly training: TrainingRecord | null;
  readonly tags: readonly string[];
  readonly createdAt: string;
}

export type NewIngredient = Omit<Ingredient, 'id' | 'tags' | 'createdAt' | 'reading'> &
  Partial<Pick<Ingredient, 'reading'>>;

export type IngredientFile = Pick<Ingredient, 'path' | 'sha256' | 'origin' | 'trainingKey'>;

export interface IngredientRepository {
  add(ingredient: NewIngredient): Ingredient;
  byId(id: number): Ingredient | undefined;
  /** An imported one with this content, read in this way, if the project has it. */
  imported(projectId: number, sha256: string, reading?: Reading): Ingredient | undefined;
  /** The latest outcome of this training. */
  trained(projectId: number, trainingKey: string): Ingredient | undefined;
  /** Any with this content, in any project. */
  withHash(sha256: string): readonly Ingredient[];
  list(projectId: number): readonly Ingredient[];
  /** For a file that was moved. */
  relocate(id: number, path: string): void;
  rename(id: number, name: string): void;
  describe(id: number, hyperparameters: Readonly<Record<string, unknown>>): void;
  tag(id: number, tags: readonly string[]): void;
  /** Off the project's list, or back on it; runs that it took part in keep it. */
  setAside(id: number, aside: boolean): void;
  /** Where the files of all there are, deleted ones included, are or were. */
  files(): readonly IngredientFile[];
  /** Removes for good what was set aside before `moment` (ISO 8601) and neither a run nor an ingredient fine-tuned from it needs. */
  purge(moment: string): void;
  /** Runs that it took part in, newest first, with its weights by tensor group where there are any yet. */
  runsOf(id: number): readonly IngredientRun[];
}

interface IngredientRun {
  readonly id: number;
  readonly recipe: string;
  readonly weights: readonly number[] | null;
}

type Row = Omit<Ingredient, 'architecture' | 'hyperparameters' | 'training' | 'tags' | 'reading'> & {
  readonly reading: string | null;
  readonly tags: string;
  readonly architecture: string;
  readonly hyperparameters: string;
  readonly training: string | null;
};

const COLUMNS = `id, project_id AS projectId, name, path, format, sha256, reading, byte_size AS byteSize,
  parameter_count AS parameterCount, architecture, hyperparameters, origin, base_id AS baseId,
  training_key AS trainingKey, training, tags, created_at AS createdAt`;

export function ingredientRepository(database: Database): IngredientRepository {
  const select = (condition: string) => database.query<Row>(`SELECT ${COLUMNS} FROM ingredients WHERE ${condition}`);
  const insert = database.query(
    `INSERT INTO ingredients (project_id, name, path, format, sha256, reading, byte_size, parameter_count, architecture,
       hyperparameters, origin, base_id, training_key, training, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = select('id = ?');
  const imported = select(`project_id = ? AND sha256 = ? AND origin = 'imported'`);
  const trained = select('project_id = ? AND training_key = ? ORDER BY id DESC LIMIT 1');
  const withHash = select('sha256 = ? ORDER BY id');
  const list = select('project_id = ? AND deleted_at IS NULL ORDER BY id');
  return {
    add(entry) {
      const { id } = insert.run(
        entry.projectId,
        entry.name,
        entry.path,
        entry.format,
        entry.sha256,
        entry.reading === undefined ? null : toJson(entry.reading),
        entry.byteSize,
        entry.parameterCount,
        toJson(entry.architecture),
        toJson(entry.hyperparameters),
        entry.origin,
        entry.baseId,
        entry.trainingKey,
        entry.training === null ? null : toJson(entry.training),
        timestamp(),
      );
      return ingredientOf(byId.get(id)!);
    },
    byId: (id) => maybe(byId.get(id)),
    imported: (projectId, sha256, reading) =>
      imported
        .all(projectId, sha256)
        .map(ingredientOf)
        .find((known) => isSameReading(known.reading, reading)),
    trained: (projectId, trainingKey) => maybe(trained.get(projectId, trainingKey)),
    withHash: (sha256) => withHash.all(sha256).map(ingredientOf),
    list: (projectId) => list.all(projectId).map(ingredientOf),
    ...changes(database),
    ...removal(database),
    runsOf: runsOf(database),
  };
}

function changes(
  database: Database,
): Pick<IngredientRepository, 'relocate' | 'rename' | 'describe' | 'tag' | 'setAside'> {
  const set = (column: string) => database.query(`UPDATE ingredients SET ${column} = ? WHERE id = ?`);
  const [path, name, hyperparameters, tags, deletedAt] = [
    set('path'),
    set('name'),
    set('hyperparameters'),
    set('tags'),
    set('deleted_at'),
  ];
  return {
    relocate: (id, moved) => void path.run(moved, id),
    rename: (id, chosen) => void name.run(chosen, id),
    describe: (id, facts) => void hyperparameters.run(toJson(facts), id),
    tag: (id, words) => void tags.run(toJson(words), id),
    setAside: (id, aside) => void deletedAt.run(aside ? timestamp() : null, id),
  };
}

function removal(database: Database): Pick<IngredientRepository, 'files' | 'purge'> {
  const files = database.query<IngredientFile>(
    'SELECT path, sha256, origin, training_key AS trainingKey FROM ingredients',
  );
  const purge = database.query(
    `DELETE FROM ingredients WHERE deleted_at < ?
       AND NOT EXISTS (SELECT 1 FROM run_ingredients WHERE ingredient_id = ingredients.id)
       AND NOT EXISTS (SELECT 1 FROM ingredients AS child WHERE child.base_id = ingredients.id)`,
  );
  return { files: () => files.all(), purge: (moment) => void purge.run(moment) };
}

function runsOf(database: Database): IngredientRepository['runsOf'] {
  const query = database.query<{ readonly id: number; readonly recipe: string; readonly weights: string | null }>(
    `SELECT runs.id, runs.recipe,
       CASE WHEN runs.coefficients IS NULL THEN NULL ELSE
         (SELECT json_group_array(json_extract(value, '$.weights[' || run_ingredients.ordinal || ']'))
          FROM json_each(runs.coefficients, '$.groups')) END AS weights
     FROM run_ingredients JOIN runs ON runs.id = run_ingredients.run_id
     WHERE run_ingredients.ingredient_id = ? ORDER BY runs.id DESC`,
  );
  return (id) => query.all(id).map((row) => ({ ...row, weights: row.weights === null ? null : fromJson(row.weights) }));
}

function maybe(row: Row | undefined): Ingredient | undefined {
  return row === undefined ? undefined : ingredientOf(row);
}

function ingredientOf(row: Row): Ingredient {
  return {
    ...row,
    reading: row.reading === null ? undefined : fromJson(row.reading),
    architecture: fromJson(row.architecture),
    hyperparameters: fromJson(row.hyperparameters),
    training: row.training === null ? null : fromJson(row.training),
    tags: fromJson(row.tags),
  };
}
