import { fromJson, toJson } from '../json.ts';
import type { Database } from '../open.ts';
import type { Figures } from './evaluations.ts';

export interface SubjectScore {
  /** The subject's. */
  readonly key: string;
  readonly splitKey: string;
  readonly preprocessing: string;
  readonly runtimeIdentity: string;
  readonly correct: number;
  readonly total: number;
  readonly accuracy: number;
  /** Null where the model has diverged. */
  readonly loss: number | null;
  /** See `Evaluation`. */
  readonly metrics: Figures;
  readonly seconds: number;
}

/** Everything that was ever measured of these subjects. */
export function subjectScores(database: Database, keys: readonly string[]): readonly SubjectScore[] {
  return database
    .query<Omit<SubjectScore, 'metrics'> & { readonly metrics: string }>(
      `SELECT key, split_key AS splitKey, preprocessing, runtime_identity AS runtimeIdentity, correct, total, accuracy, loss,
         figures AS metrics, seconds
       FROM subjects CROSS JOIN evaluations ON subject_id = subjects.id
       WHERE key IN (SELECT value FROM json_each(?)) ORDER BY evaluations.id`,
    )
    .all(toJson(keys))
    .map((row) => ({ ...row, metrics: fromJson(row.metrics) }));
}
