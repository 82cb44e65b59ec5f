import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import type { ErrorFacts } from '../../main/errors.ts';
import type { Mixture } from '../../main/mix/mixture.ts';
import type { Coefficients, TraceStep } from '../../main/recipes/recipe.ts';
import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

/** `interrupted`: its process died; cooking it again continues from what is done. */
export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export interface Run {
  readonly id: number;
  readonly projectId: number;
  /** Hash of everything the outcome depends on; equal keys, equal results. */
  readonly contentKey: string;
  readonly recipe: string;
  readonly options: unknown;
  /** YAML that `cook` can replay. */
  readonly recipeFile: string;
  readonly architecture: ArchitectureSpec;
  readonly runtimeIdentity: string | null;
  readonly seed: number;
  readonly accumulate: Mixture['accumulate'];
  readonly dtype: Mixture['dtype'];
  readonly status: RunStatus;
  /** How often it was started. */
  readonly attempts: number;
  readonly summary: string | null;
  readonly coefficients: Coefficients | null;
  /** Names of the ingredients in the soup, in the order in which they were taken. */
  readonly used: readonly string[] | null;
  readonly error: ErrorFacts | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly seconds: number | null;
}

interface RunIngredient {
  readonly ordinal: number;
  readonly ingredientId: number;
  readonly name: string;
}

/** `soup-as-mixed`: the soup before its BatchNorm statistics were estimated anew. */
export type ResultKind = 'ingredient' | 'soup' | 'soup-as-mixed' | 'ensemble-logits' | 'ensemble-probabilities';

/** One cell of a run's table: a row's label, a split, and the evaluation that holds the figures. */
interface RunResult {
  readonly kind: ResultKind;
  readonly label: string;
  readonly splitId: number;
  readonly evaluationId: number;
}

export interface NewRun {
  readonly projectId: number;
  readonly contentKey: string;
  readonly recipe: string;
  readonly options: unknown;
  readonly recipeFile: string;
  readonly architecture: ArchitectureSpec;
  readonly seed: number;
  readonly accumulate: Mixture['accumulate'];
  readonly dtype: Mixture['dtype'];
  readonly ingredients: readonly { readonly ingredientId: number; readonly name: string }[];
  readonly splitIds: readonly number[];
}

export interface RunRepository {
  add(run: NewRun): Run;
  /** For a run that starts over: the same content, but its files and splits may be found elsewhere by now. */
  renew(id: number, run: NewRun): void;
  byId(id: number): Run | undefined;
  /** Newest first. */
  list(projectId?: number): readonly Run[];
  /** The newest run with this content and one of these states. */
  withContent(projectId: number, contentKey: string, states: readonly RunStatus[]): Run | undefined;
  /** Running from now on; the trace and results of an earlier attempt go. */
  start(id: number): void;
  setRuntime(id: number, runtimeIdentity: string): void;
  finish(
    id: number,
    outcome: {
      readonly summary: string;
      readonly coefficients: Coefficients;
      readonly used: readonly string[];
      readonly results: readonly RunResult[];
      readonly seconds: number;
    },
  ): void;
  stop(id: number, status: 'failed' | 'cancelled', error: ErrorFacts): void;
  /** Marks every run that claims to be running: whoever ran them is gone. Returns their ids. */
  interruptRunning(): readonly number[];
  addStep(id: number, ordinal: number, step: TraceStep): void;
  steps(id: number): readonly TraceStep[];
  ingredients(id: number): readonly RunIngredient[];
  splitIds(id: number): readonly number[];
  results(id: number): readonly RunResult[];
}

type Row = Omit<Run, 'options' | 'architecture' | 'coefficients' | 'used' | 'error'> & {
  readonly options: string;
  readonly architecture: string;
  readonly coefficients: string | null;
  readonly used: string | null;
  readonly error: string | null;
};

const COLUMNS = `id, project_id AS projectId, content_key AS contentKey, recipe, options, recipe_file AS recipeFile,
  architecture, runtime_identity AS runtimeIdentity, seed, accumulate, dtype, status, attempts, summary, coefficients,
  used, error, created_at AS createdAt, started_at AS startedAt, finished_at AS finishedAt, seconds`;

export function runRepository(database: Database): RunRepository {
  const byId = database.query<Row>(`SELECT ${COLUMNS} FROM runs WHERE id = ?`);
  const { attach, ...parts } = runParts(database);
  const course = runCourse(database);
  const updateRecipe = database.query('UPDATE runs SET recipe_file = ? WHERE id = ?');
  return {
    add: (run) =>
      database.transaction(() => {
        const id = insertRun(database, run);
        attach(id, run);
        return runOf(byId.get(id)!);
      }),
    renew: (id, run) =>
      database.transaction(() => {
        updateRecipe.run(run.recipeFile, id);
        attach(id, run);
      }),
    byId: (id) => {
      const row = byId.get(id);
      return row === undefined ? undefined : runOf(row);
    },
    list: (projectId) => {
      const condition = projectId === undefined ? '' : 'AND project_id = ?';
      const query = database.query<Row>(
        `SELECT ${COLUMNS} FROM runs WHERE deleted_at IS NULL ${condition} ORDER BY id DESC`,
      );
      return query.all(...(projectId === undefined ? [] : [projectId])).map(runOf);
    },
    withContent: (projectId, contentKey, states) => {
      const query = database.query<Row>(
        `SELECT ${COLUMNS} FROM runs WHERE project_id = ? AND content_key = ? AND deleted_at IS NULL
           AND status IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1`,
      );
      const row = query.get(projectId, contentKey, toJson(states));
      return row === undefined ? undefined : runOf(row);
    },
    ...course,
    ...parts,
  };
}

function insertRun(database: Database, run: NewRun): number {
  const insert = database.query(
    `INSERT INTO runs (project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate, dtype,
       status, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)`,
  );
  return insert.run(
    run.projectId,
    run.contentKey,
    run.recipe,
    toJson(run.options),
    run.recipeFile,
    toJson(run.architecture),
    run.seed,
    run.accumulate,
    run.dtype,
    timestamp(),
  ).id;
}

/** The changes of a run's state. */
function runCourse(
  database: Database,
): Pick<RunRepository, 'start' | 'setRuntime' | 'finish' | 'stop' | 'interruptRunning'> {
  const start = database.query(
    `UPDATE runs SET status = 'running', runtime_identity = NULL, attempts = attempts + 1, started_at = ?,
       finished_at = NULL, seconds = NULL, summary = NULL, coefficients = NULL, used = NULL, error = NULL WHERE id = ?`,
  );
  const setRuntime = database.query('UPDATE runs SET runtime_identity = ? WHERE id = ?');
  const dropSteps = database.query('DELETE FROM trace_steps WHERE run_id = ?');
  const dropResults = database.query('DELETE FROM run_results WHERE run_id = ?');
  const dropMixed = database.query('DELETE FROM mixed_results WHERE run_id = ?');
  const finish = database.query(
    `UPDATE runs SET status = 'done', summary = ?, coefficients = ?, used = ?, finished_at = ?, seconds = ?
     WHERE id = ?`,
  );
  const addResult = database.query(
    'INSERT INTO run_results (run_id, ordinal, kind, label, split_id, evaluation_id) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const addMixed = database.query(
    'INSERT INTO mixed_results (run_id, ordinal, label, split_id, evaluation_id) VALUES (?, ?, ?, ?, ?)',
  );
  const stop = database.query('UPDATE runs SET status = ?, error = ?, finished_at = ? WHERE id = ?');
  const interrupt = database.query<{ readonly id: number }>(
    `UPDATE runs SET status = 'interrupted', finished_at = ? WHERE status = 'running' RETURNING id`,
  );
  return {
    start: (id) =>
      database.transaction(() => {
        dropSteps.run(id);
        dropResults.run(id);
        dropMixed.run(id);
        start.run(timestamp(), id);
      }),
    setRuntime: (id, runtimeIdentity) => void setRuntime.run(runtimeIdentity, id),
    finish: (id, { summary, coefficients, used, results, seconds }) =>
      database.transaction(() => {
        for (const [ordinal, entry] of results.entries()) {
          const { kind, label, splitId, evaluationId } = entry;
          if (kind === 'soup-as-mixed') addMixed.run(id, ordinal, label, splitId, evaluationId);
          else addResult.run(id, ordinal, kind, label, splitId, evaluationId);
        }
        finish.run(summary, toJson(coefficients), toJson(used), timestamp(), seconds, id);
      }),
    stop: (id, status, error) => void stop.run(status, toJson(error), timestamp(), id),
    interruptRunning: () => interrupt.all(timestamp()).map((row) => row.id),
  };
}

/** What belongs to a run, in tables of its own. */
function runParts(database: Database): Pick<
  RunRepository,
  'addStep' | 'steps' | 'ingredients' | 'splitIds' | 'results'
> & {
  readonly attach: (id: number, run: NewRun) => void;
} {
  const dropIngredients = database.query('DELETE FROM run_ingredients WHERE run_id = ?');
  const dropSplits = database.query('DELETE FROM run_splits WHERE run_id = ?');
  const addIngredient = database.query(
    'INSERT INTO run_ingredients (run_id, ordinal, ingredient_id, name) VALUES (?, ?, ?, ?)',
  );
  const addSplit = database.query('INSERT INTO run_splits (run_id, ordinal, split_id) VALUES (?, ?, ?)');
  const addStep = database.query('INSERT INTO trace_steps (run_id, ordinal, step) VALUES (?, ?, ?)');
  const steps = database.query<{ readonly step: string }>(
    'SELECT step FROM trace_steps WHERE run_id = ? ORDER BY ordinal',
  );
  const ingredients = database.query<RunIngredient>(
    'SELECT ordinal, ingredient_id AS ingredientId, name FROM run_ingredients WHERE run_id = ? ORDER BY ordinal',
  );
  const splits = database.query<{ readonly id: number }>(
    'SELECT split_id AS id FROM run_splits WHERE run_id = ? ORDER BY ordinal',
  );
  const results = database.query<RunResult>(
    `SELECT kind, label, split_id AS splitId, evaluation_id AS evaluationId FROM run_cells
     WHERE run_id = ? ORDER BY ordinal`,
  );
  return {
    attach(id, run) {
      dropIngredients.run(id);
      dropSplits.run(id);
      for (const [ordinal, { ingredientId, name }] of run.ingredients.entries()) {
        addIngredient.run(id, ordinal, ingredientId, name);
      }
      for (const [ordinal, splitId] of run.splitIds.entries()) addSplit.run(id, ordinal, splitId);
    },
    addStep: (id, ordinal, step) => void addStep.run(id, ordinal, toJson(step)),
    steps: (id) => steps.all(id).map((row) => fromJson<TraceStep>(row.step)),
    ingredients: (id) => ingredients.all(id),
    splitIds: (id) => splits.all(id).map((row) => row.id),
    results: (id) => results.all(id),
  };
}

function runOf(row: Row): Run {
  return {
    ...row,
    options: fromJson(row.options),
    architecture: fromJson(row.architecture),
    coefficients: row.coefficients === null ? null : fromJson(row.coefficients),
    used: row.used === null ? null : fromJson(row.used),
    error: row.error === null ? null : fromJson(row.error),
  };
}
