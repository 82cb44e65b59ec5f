import type { Database } from '../open.ts';

interface KnownEvaluation {
  readonly accuracy: number;
  readonly seconds: number;
}

/** Questions about evaluations that are asked before anything is computed; nothing is written. */
export interface EvaluationLookup {
  /** The newest evaluation of a subject on a split by a runtime; `runtime` is how its identity begins. */
  latest(subjectKey: string, splitKey: string, runtime: string): KnownEvaluation | undefined;
  /** What the newest forward passes of a project's runs took, per sample; undefined where none was timed. */
  secondsPerSample(projectId: number, runtime: string): number | undefined;
}

/** Enough of them to even out, few enough to be of this machine as it is now. */
const TIMED_PASSES = 100;

export function evaluationLookup(database: Database): EvaluationLookup {
  const latest = database.query<KnownEvaluation>(
    `SELECT accuracy, seconds FROM evaluations
     WHERE subject_id = (SELECT id FROM subjects WHERE key = ?) AND split_key = ?
       AND substr(runtime_identity, 1, length(?)) = ?
     ORDER BY id DESC LIMIT 1`,
  );
  const pace = database.query<{ readonly pace: number | null }>(
    `SELECT SUM(seconds) / SUM(total) AS pace FROM (
       SELECT DISTINCT evaluations.id, evaluations.seconds, evaluations.total
       FROM runs JOIN run_results ON run_results.run_id = runs.id
         JOIN evaluations ON evaluations.id = run_results.evaluation_id
       WHERE runs.project_id = ? AND evaluations.seconds > 0
         AND substr(evaluations.runtime_identity, 1, length(?)) = ?
       ORDER BY evaluations.id DESC LIMIT ${TIMED_PASSES})`,
  );
  return {
    latest: (subjectKey, splitKey, runtime) => latest.get(subjectKey, splitKey, runtime, runtime),
    secondsPerSample: (projectId, runtime) => pace.get(projectId, runtime, runtime)?.pace ?? undefined,
  };
}
