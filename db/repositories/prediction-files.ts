import type { Database } from '../open.ts';
import type { Evaluation } from './evaluations.ts';

/** Logits on disk: its name in the workspace's folder of predictions, and what it must hold. */
interface PredictionFile {
  readonly file: string;
  readonly sha256: string;
}

export interface PredictionFiles {
  /** The file that holds the logits which an evaluation was made from, if they are kept. */
  of(
    evaluation: Pick<Evaluation, 'subjectId' | 'splitKey' | 'preprocessing' | 'runtimeIdentity'>,
  ): PredictionFile | undefined;
}

export function predictionFiles(database: Database): PredictionFiles {
  const byConditions = database.query<PredictionFile>(
    `SELECT file, sha256 FROM predictions
     WHERE subject_id = ? AND split_key = ? AND preprocessing = ? AND runtime_identity = ?`,
  );
  return {
    of: ({ subjectId, splitKey, preprocessing, runtimeIdentity }) =>
      byConditions.get(subjectId, splitKey, preprocessing, runtimeIdentity),
  };
}
