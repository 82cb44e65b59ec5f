import type { Database } from '../open.ts';
import type { Evaluation } from './evaluations.ts';

export interface PredictionFiles {
  /** Name of the file that holds the logits which an evaluation was made from, if they are kept. */
  of(evaluation: Evaluation): string | undefined;
}

export function predictionFiles(database: Database): PredictionFiles {
  const byConditions = database.query<{ readonly file: string }>(
    `SELECT file FROM predictions
     WHERE subject_id = ? AND split_key = ? AND preprocessing = ? AND runtime_identity = ?`,
  );
  return {
    of: ({ subjectId, splitKey, preprocessing, runtimeIdentity }) =>
      byConditions.get(subjectId, splitKey, preprocessing, runtimeIdentity)?.file,
  };
}
