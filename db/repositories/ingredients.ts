import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import type { CheckpointFormat } from '../../main/checkpoints/checkpoint.ts';
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
  readonly createdAt: string;
}

export type NewIngredient = Omit<Ingredient, 'id' | 'createdAt'>;

export interface IngredientRepository {
  add(ingredient: NewIngredient): Ingredient;
  byId(id: number): Ingredient | undefined;
  /** An imported one with this content, if the project has it. */
  imported(projectId: number, sha256: string): Ingredient | undefined;
  /** The latest outcome of this training. */
  trained(projectId: number, trainingKey: string): Ingredient | undefined;
  /** Any with this content, in any project. */
  withHash(sha256: string): readonly Ingredient[];
  list(projectId: number): readonly Ingredient[];
  /** For a file that was moved. */
  relocate(id: number, path: string): void;
  /** What is known by now of how it was trained. */
  describe(id: number, hyperparameters: Ingredient['hyperparameters']): void;
}

type Row = Omit<Ingredient, 'architecture' | 'hyperparameters' | 'training'> & {
  readonly architecture: string;
  readonly hyperparameters: string;
  readonly training: string | null;
};

const COLUMNS = `id, project_id AS projectId, name, path, format, sha256, byte_size AS byteSize,
  parameter_count AS parameterCount, architecture, hyperparameters, origin, base_id AS baseId,
  training_key AS trainingKey, training, created_at AS createdAt`;

export function ingredientRepository(database: Database): IngredientRepository {
  const select = (condition: string) => database.query<Row>(`SELECT ${COLUMNS} FROM ingredients WHERE ${condition}`);
  const insert = database.query(
    `INSERT INTO ingredients (project_id, name, path, format, sha256, byte_size, parameter_count, architecture,
       hyperparameters, origin, base_id, training_key, training, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = select('id = ?');
  const imported = select(`project_id = ? AND sha256 = ? AND origin = 'imported'`);
  const trained = select('project_id = ? AND training_key = ? ORDER BY id DESC LIMIT 1');
  const withHash = select('sha256 = ? ORDER BY id');
  const list = select('project_id = ? ORDER BY id');
  const relocate = database.query('UPDATE ingredients SET path = ? WHERE id = ?');
  const describe = database.query('UPDATE ingredients SET hyperparameters = ? WHERE id = ?');
  return {
    add(entry) {
      const { id } = insert.run(
        entry.projectId,
        entry.name,
        entry.path,
        entry.format,
        entry.sha256,
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
    imported: (projectId, sha256) => maybe(imported.get(projectId, sha256)),
    trained: (projectId, trainingKey) => maybe(trained.get(projectId, trainingKey)),
    withHash: (sha256) => withHash.all(sha256).map(ingredientOf),
    list: (projectId) => list.all(projectId).map(ingredientOf),
    relocate: (id, path) => void relocate.run(path, id),
    describe: (id, hyperparameters) => void describe.run(toJson(hyperparameters), id),
  };
}

function maybe(row: Row | undefined): Ingredient | undefined {
  return row === undefined ? undefined : ingredientOf(row);
}

function ingredientOf(row: Row): Ingredient {
  return {
    ...row,
    architecture: fromJson(row.architecture),
    hyperparameters: fromJson(row.hyperparameters),
    training: row.training === null ? null : fromJson(row.training),
  };
}
