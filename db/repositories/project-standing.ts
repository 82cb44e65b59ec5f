import type { Database } from '../open.ts';

/** A soup or an ingredient, as a finished run scored it. */
export interface ScoredSubject {
  readonly runId: number;
  readonly recipe: string;
  readonly label: string;
  /** Equal for equal weights. */
  readonly subjectId: number;
}

/** A subject on a test set, with the file of its logits where they are kept. */
export interface TestScore {
  readonly splitId: number;
  readonly name: string;
  readonly splitKey: string;
  readonly preprocessing: string;
  /** What was done to the images, if anything. */
  readonly corruption: string | null;
  readonly correct: number;
  readonly total: number;
  readonly file: string | null;
}

export interface ProjectStandingRepository {
  /** Text that changes whenever the project's finished runs do. */
  fingerprint(projectId: number): string;
  /** The selection split of the latest finished run that had one. */
  latestSelection(projectId: number): string | undefined;
  /** The one with the highest accuracy on the selection split; ties: the earlier. */
  bestOnSelection(projectId: number, kind: 'soup' | 'ingredient', selectionKey: string): ScoredSubject | undefined;
  /** Where nothing was selected on: of the latest finished run, the one with the highest accuracy on its first test set. */
  bestOnTest(projectId: number, kind: 'soup' | 'ingredient'): ScoredSubject | undefined;
  /** In the run's order. */
  testScores(subject: Pick<ScoredSubject, 'runId' | 'label'>, kind: 'soup' | 'ingredient'): readonly TestScore[];
}

const FINISHED = `runs.project_id = ? AND runs.status = 'done' AND runs.deleted_at IS NULL`;
const SUBJECT = 'r.run_id AS runId, runs.recipe, r.label, e.subject_id AS subjectId';
const RESULTS = `runs JOIN run_results r ON r.run_id = runs.id JOIN splits s ON s.id = r.split_id
  JOIN evaluations e ON e.id = r.evaluation_id`;

export function projectStandingRepository(database: Database): ProjectStandingRepository {
  const fingerprint = database.query<{ readonly text: string }>(
    `SELECT count(*) || ' ' || coalesce(max(finished_at), '') || ' ' || coalesce(max(id), 0) AS text
     FROM runs WHERE ${FINISHED}`,
  );
  const latestSelection = database.query<{ readonly key: string }>(
    `SELECT s.key FROM runs JOIN run_splits r ON r.run_id = runs.id JOIN splits s ON s.id = r.split_id
     WHERE ${FINISHED} AND s.role = 'selection' ORDER BY runs.id DESC LIMIT 1`,
  );
  const bestOnSelection = database.query<ScoredSubject>(
    `SELECT ${SUBJECT} FROM ${RESULTS} WHERE ${FINISHED} AND s.role = 'selection' AND s.key = ? AND r.kind = ?
     ORDER BY e.accuracy DESC, r.run_id, r.ordinal LIMIT 1`,
  );
  const bestOnTest = database.query<ScoredSubject>(
    `SELECT ${SUBJECT} FROM ${RESULTS} WHERE ${FINISHED} AND s.role = 'test' AND r.kind = ?
       AND runs.id = (SELECT max(id) FROM runs WHERE ${FINISHED})
       AND s.id = (SELECT split_id FROM run_results first JOIN splits ON splits.id = first.split_id
         WHERE first.run_id = runs.id AND splits.role = 'test' ORDER BY first.ordinal LIMIT 1)
     ORDER BY e.accuracy DESC, r.ordinal LIMIT 1`,
  );
  const testScores = database.query<TestScore>(
    `SELECT s.id AS splitId, s.name, s.key AS splitKey, e.preprocessing,
       json_extract(s.source, '$.corruption.kind') AS corruption, e.correct, e.total, p.file
     FROM run_results r JOIN splits s ON s.id = r.split_id JOIN evaluations e ON e.id = r.evaluation_id
       LEFT JOIN predictions p ON p.subject_id = e.subject_id AND p.split_key = e.split_key
         AND p.preprocessing = e.preprocessing AND p.runtime_identity = e.runtime_identity
     WHERE r.run_id = ? AND r.kind = ? AND r.label = ? AND s.role = 'test' ORDER BY r.ordinal`,
  );
  return {
    fingerprint: (projectId) => fingerprint.get(projectId)!.text,
    latestSelection: (projectId) => latestSelection.get(projectId)?.key,
    bestOnSelection: (projectId, kind, selectionKey) => bestOnSelection.get(projectId, selectionKey, kind),
    bestOnTest: (projectId, kind) => bestOnTest.get(projectId, kind, projectId),
    testScores: ({ runId, label }, kind) => testScores.all(runId, kind, label),
  };
}
