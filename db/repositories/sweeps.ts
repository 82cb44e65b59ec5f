import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

/** An option, by its place among the recipe's options, and the values that it takes, ascending. */
export interface SweepAxis {
  readonly option: readonly (string | number)[];
  readonly values: readonly number[];
}

interface NewSweep {
  readonly projectId: number;
  readonly recipe: string;
  /** The recipe file that is swept, as if it stood where recipe texts do. */
  readonly recipeFile: string;
  /** One or two; the last one runs fastest. */
  readonly axes: readonly SweepAxis[];
  /** Id of the metric that decides. */
  readonly metric: string;
}

export interface Sweep extends NewSweep {
  readonly id: number;
  /** Of the job that computes it, while that is on the list of jobs. */
  readonly jobId: number | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** A line of the list of sweeps. */
export interface ListedSweep extends Omit<Sweep, 'recipeFile'> {
  /** How many of its points are scored. */
  readonly scored: number;
}

type SweptKind = 'ingredient' | 'uniform' | 'point';

interface SweepScore {
  readonly kind: SweptKind;
  readonly ordinal: number;
  readonly label: string;
  readonly evaluationId: number;
  /** 95 % interval of the sweep's metric, where it has one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface ScoredSubject extends Omit<SweepScore, 'evaluationId'> {
  readonly correct: number;
  readonly total: number;
  readonly accuracy: number;
  /** By the sweep's metric; null where there is no figure. */
  readonly value: number | null;
}

export interface SweepRepository {
  add(sweep: NewSweep): Sweep;
  /** The project's newest sweep of the same values of the same recipe by the same metric, if it has not been deleted. */
  same(sweep: NewSweep): Sweep | undefined;
  byId(id: number): Sweep | undefined;
  /** Newest first. */
  list(projectId: number): readonly ListedSweep[];
  setJob(id: number, jobId: number): void;
  /** Drops scores of other content than this. */
  begin(id: number, contentKey: string): void;
  /** Keeps a score; of the same subject the first one stays. */
  addScore(id: number, score: SweepScore): void;
  /** In order, each kind by itself. */
  scores(id: number): readonly ScoredSubject[];
  finish(id: number): void;
  remove(id: number): void;
  restore(id: number): void;
  /** Removes for good what was deleted before this moment. */
  purge(before: string): void;
}

type Row = Omit<Sweep, 'axes'> & { readonly axes: string };

const LISTED = `id, project_id AS projectId, job_id AS jobId, recipe, axes, metric, created_at AS createdAt,
  finished_at AS finishedAt`;
const COLUMNS = `${LISTED}, recipe_file AS recipeFile`;

export function sweepRepository(database: Database): SweepRepository {
  const insert = database.query(
    'INSERT INTO sweeps (project_id, recipe, recipe_file, axes, metric, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const byId = database.query<Row>(`SELECT ${COLUMNS} FROM sweeps WHERE id = ? AND deleted_at IS NULL`);
  const same = database.query<Row>(
    `SELECT ${COLUMNS} FROM sweeps
     WHERE project_id = ? AND deleted_at IS NULL AND recipe_file = ? AND axes = ? AND metric = ? ORDER BY id DESC LIMIT 1`,
  );
  const list = database.query<Omit<Row, 'recipeFile'> & { readonly scored: number }>(
    `SELECT ${LISTED}, (SELECT count(*) FROM sweep_scores WHERE sweep_id = sweeps.id AND kind = 'point') AS scored
     FROM sweeps WHERE project_id = ? AND deleted_at IS NULL ORDER BY id DESC`,
  );
  const setJob = database.query('UPDATE sweeps SET job_id = ? WHERE id = ?');
  const finish = database.query('UPDATE sweeps SET finished_at = ? WHERE id = ?');
  const setDeleted = database.query('UPDATE sweeps SET deleted_at = ? WHERE id = ?');
  const purge = database.query('DELETE FROM sweeps WHERE deleted_at < ?');
  return {
    add({ projectId, recipe, recipeFile, axes, metric }) {
      const { id } = insert.run(projectId, recipe, recipeFile, toJson(axes), metric, timestamp());
      return sweepOf(byId.get(id)!);
    },
    same({ projectId, recipeFile, axes, metric }) {
      const row = same.get(projectId, recipeFile, toJson(axes), metric);
      return row === undefined ? undefined : sweepOf(row);
    },
    byId(id) {
      const row = byId.get(id);
      return row === undefined ? undefined : sweepOf(row);
    },
    list: (projectId) => list.all(projectId).map((row) => ({ ...row, axes: fromJson(row.axes) })),
    setJob: (id, jobId) => void setJob.run(jobId, id),
    finish: (id) => void finish.run(timestamp(), id),
    remove: (id) => void setDeleted.run(timestamp(), id),
    restore: (id) => void setDeleted.run(null, id),
    purge: (before) => void purge.run(before),
    ...scores(database),
  };
}

function sweepOf(row: Row): Sweep {
  return { ...row, axes: fromJson(row.axes) };
}

type ScoreRow = Omit<ScoredSubject, 'interval'> & { readonly low: number | null; readonly high: number | null };

function scores(database: Database): Pick<SweepRepository, 'begin' | 'addScore' | 'scores'> {
  const keyOf = database.query<{ readonly key: string | null }>('SELECT content_key AS key FROM sweeps WHERE id = ?');
  const drop = database.query('DELETE FROM sweep_scores WHERE sweep_id = ?');
  const begin = database.query('UPDATE sweeps SET content_key = ?, finished_at = NULL WHERE id = ?');
  const insert = database.query(
    `INSERT INTO sweep_scores (sweep_id, kind, ordinal, label, evaluation_id, low, high) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const all = database.query<ScoreRow>(
    `SELECT p.kind, p.ordinal, p.label, p.low, p.high, e.correct, e.total, e.accuracy, e.figures ->> s.metric AS value
     FROM sweep_scores p JOIN sweeps s ON s.id = p.sweep_id JOIN evaluations e ON e.id = p.evaluation_id
     WHERE p.sweep_id = ? ORDER BY p.kind, p.ordinal`,
  );
  return {
    begin: (id, contentKey) =>
      database.transaction(() => {
        if (keyOf.get(id)?.key !== contentKey) drop.run(id);
        begin.run(contentKey, id);
      }),
    addScore: (id, { kind, ordinal, label, evaluationId, interval }) =>
      void insert.run(id, kind, ordinal, label, evaluationId, interval?.low ?? null, interval?.high ?? null),
    scores: (id) =>
      all.all(id).map(({ low, high, ...row }) => ({
        ...row,
        interval: low === null || high === null ? null : { low, high },
      })),
  };
}
