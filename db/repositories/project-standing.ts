import type { Metric } from '../../main/metrics/metric.ts';
import type { Database } from '../open.ts';

/** A soup or an ingredient, as a finished run scored it. */
export interface ScoredSubject {
  readonly runId: number;
  readonly recipe: string;
  readonly label: string;
  /** Equal for equal weights. */
  readonly subjectId: number;
}

/** Which way scores are looked at. */
type Deciding = Pick<Metric, 'id' | 'better'>;

/** A subject on a test set, by one metric. */
export interface TestScore {
  readonly subjectId: number;
  readonly splitId: number;
  readonly name: string;
  readonly splitKey: string;
  readonly preprocessing: string;
  readonly runtimeIdentity: string;
  /** What was done to the images, if anything. */
  readonly corruption: string | null;
  readonly correct: number;
  readonly total: number;
  /** Null where it is not known. */
  readonly value: number | null;
}

export interface ProjectStandingRepository {
  /** Text that changes whenever the project's finished runs do. */
  fingerprint(projectId: number): string;
  /** The selection split of the latest finished run that had one. */
  latestSelection(projectId: number): string | undefined;
  /** The metric that decides in the project. */
  metric(projectId: number): string;
  /** The best one on the selection split of those whose score is known; ties: the earlier. */
  bestOnSelection(
    projectId: number,
    kind: 'soup' | 'ingredient',
    by: Deciding,
    selectionKey: string,
  ): ScoredSubject | undefined;
  /** Where nothing was selected on: of the latest finished run, the best one on its first test set. */
  bestOnTest(projectId: number, kind: 'soup' | 'ingredient', by: Deciding): ScoredSubject | undefined;
  /** In the run's order. */
  testScores(
    subject: Pick<ScoredSubject, 'runId' | 'label'>,
    kind: 'soup' | 'ingredient',
    by: Deciding,
  ): readonly TestScore[];
}

const FINISHED = `runs.project_id = ? AND runs.status = 'done' AND runs.deleted_at IS NULL`;
const SUBJECT = 'r.run_id AS runId, runs.recipe, r.label, e.subject_id AS subjectId';
const RESULTS = `runs JOIN run_results r ON r.run_id = runs.id JOIN splits s ON s.id = r.split_id
  JOIN evaluations e ON e.id = r.evaluation_id`;

/** More results than any run has. */
const MOST_RESULTS = 1_000_000;

/** Of the metric whose sign and id are bound first. */
const BEST_FIRST = '? * (e.figures ->> ?) DESC';
const KNOWN = 'e.figures ->> ? IS NOT NULL';

function signOf({ better }: Deciding): number {
  return better === 'higher' ? 1 : -1;
}

export function projectStandingRepository(database: Database): ProjectStandingRepository {
  const fingerprint = database.query<{ readonly text: string }>(
    `SELECT count(*) || ' ' || coalesce(max(finished_at), '') || ' ' || coalesce(max(id), 0) || ' ' ||
       (SELECT metric FROM projects WHERE id = ?) AS text
     FROM runs WHERE ${FINISHED}`,
  );
  const metric = database.query<{ readonly metric: string }>('SELECT metric FROM projects WHERE id = ?');
  const latestSelection = database.query<{ readonly key: string }>(
    `SELECT s.key FROM runs JOIN run_splits r ON r.run_id = runs.id JOIN splits s ON s.id = r.split_id
     WHERE ${FINISHED} AND s.role = 'selection' ORDER BY runs.id DESC LIMIT 1`,
  );
  // One evaluation may stand in thousands of runs: its figures are looked at once, where it came first.
  const bestOnSelection = database.query<ScoredSubject>(
    `WITH candidates AS MATERIALIZED (
       SELECT r.evaluation_id, min(r.run_id * ${MOST_RESULTS} + r.ordinal) AS place
       FROM runs JOIN run_results r ON r.run_id = runs.id JOIN splits s ON s.id = r.split_id
       WHERE ${FINISHED} AND s.role = 'selection' AND s.key = ? AND r.kind = ? GROUP BY r.evaluation_id)
     SELECT ${SUBJECT} FROM candidates c JOIN evaluations e ON e.id = c.evaluation_id
       JOIN run_results r ON r.run_id = c.place / ${MOST_RESULTS} AND r.ordinal = c.place % ${MOST_RESULTS}
       JOIN runs ON runs.id = r.run_id
     WHERE ${KNOWN} ORDER BY ${BEST_FIRST}, c.place LIMIT 1`,
  );
  const bestOnTest = database.query<ScoredSubject>(
    `SELECT ${SUBJECT} FROM ${RESULTS} WHERE ${FINISHED} AND s.role = 'test' AND r.kind = ?
       AND runs.id = (SELECT max(id) FROM runs WHERE ${FINISHED})
       AND s.id = (SELECT split_id FROM run_results first JOIN splits ON splits.id = first.split_id
         WHERE first.run_id = runs.id AND splits.role = 'test' ORDER BY first.ordinal LIMIT 1)
       AND ${KNOWN} ORDER BY ${BEST_FIRST}, r.ordinal LIMIT 1`,
  );
  const testScores = database.query<TestScore>(
    `SELECT e.subject_id AS subjectId, s.id AS splitId, s.name, s.key AS splitKey, e.preprocessing,
       e.runtime_identity AS runtimeIdentity, json_extract(s.source, '$.corruption.kind') AS corruption, e.correct, e.total,
       e.figures ->> ? AS value
     FROM run_results r JOIN splits s ON s.id = r.split_id JOIN evaluations e ON e.id = r.evaluation_id
     WHERE r.run_id = ? AND r.kind = ? AND r.label = ? AND s.role = 'test' ORDER BY r.ordinal`,
  );
  return {
    fingerprint: (projectId) => fingerprint.get(projectId, projectId)!.text,
    latestSelection: (projectId) => latestSelection.get(projectId)?.key,
    metric: (projectId) => metric.get(projectId)!.metric,
    bestOnSelection: (projectId, kind, by, selectionKey) =>
      bestOnSelection.get(projectId, selectionKey, kind, by.id, signOf(by), by.id),
    bestOnTest: (projectId, kind, by) => bestOnTest.get(projectId, kind, projectId, by.id, signOf(by), by.id),
    testScores: ({ runId, label }, kind, by) => testScores.all(by.id, runId, kind, label),
  };
}
