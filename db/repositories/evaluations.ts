import type { SplitRole } from '../../main/data/split.ts';
import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

export type SubjectKind = 'ingredient' | 'soup' | 'ensemble';

/** Where and with what something was measured. */
export interface Conditions {
  readonly splitKey: string;
  /** How stored samples become inputs; text that is equal exactly when the inputs are. */
  readonly preprocessing: string;
  readonly runtimeIdentity: string;
}

export interface Evaluation extends Conditions {
  readonly id: number;
  readonly subjectId: number;
  readonly correct: number;
  readonly total: number;
  /** correct / total */
  readonly accuracy: number;
  /** Mean cross-entropy, nats; NaN where a model has diverged. */
  readonly loss: number;
  /** Scores by metric; one that is missing is not known, one that is null has no figure. */
  readonly metrics: Figures;
  /** Of the forward pass; 0 for an ensemble, which has none. */
  readonly seconds: number;
  readonly createdAt: string;
}

/** Scores by a metric's id. */
export type Figures = Readonly<Record<string, number | null>>;

/** Logits on disk: little-endian F32 [sampleCount, classCount]. */
interface Prediction extends Conditions {
  readonly key: string;
  readonly subjectId: number;
  /** Name in the workspace's folder of predictions. */
  readonly file: string;
  readonly sha256: string;
  readonly byteSize: number;
  readonly sampleCount: number;
  readonly classCount: number;
  readonly seconds: number;
  readonly createdAt: string;
}

/** The latest that is known of a subject on a split. */
export interface SplitScore {
  readonly splitId: number;
  readonly split: string;
  readonly role: SplitRole;
  readonly correct: number;
  readonly total: number;
  readonly accuracy: number;
  /** NaN where a model has diverged. */
  readonly loss: number;
  readonly metrics: Figures;
}

/** Metrics that are left out are not known. */
type MeasuredEvaluation = Omit<Evaluation, 'id' | 'createdAt' | 'metrics'> & Partial<Pick<Evaluation, 'metrics'>>;

export interface EvaluationRepository {
  /** The id of the subject with this key, made when there is none. */
  ensureSubject(kind: SubjectKind, key: string, definition: unknown): number;
  find(subjectId: number, conditions: Conditions): Evaluation | undefined;
  byId(id: number): Evaluation | undefined;
  /** Replaces an earlier evaluation of the same subject under the same conditions. */
  save(evaluation: MeasuredEvaluation): Evaluation;
  setMetrics(id: number, metrics: Figures): void;
  /** On every split of the project on which the subject with this key was ever evaluated, in the splits' order. */
  scores(projectId: number, subjectKey: string): readonly SplitScore[];
  prediction(key: string): Prediction | undefined;
  savePrediction(prediction: Omit<Prediction, 'createdAt'>): void;
  forgetPrediction(key: string): void;
  /** Names of the files that some prediction refers to. */
  predictionFiles(): readonly string[];
}

/** As rows hold them: JSON, and no NaN. */
interface Stored {
  readonly loss: number | null;
  readonly metrics: string;
}

type EvaluationRow = Omit<Evaluation, keyof Stored> & Stored;

const CONDITIONS = 'split_key AS splitKey, preprocessing, runtime_identity AS runtimeIdentity';
const EVALUATION = `id, subject_id AS subjectId, ${CONDITIONS}, correct, total, accuracy, loss, figures AS metrics,
  seconds, created_at AS createdAt`;
const PREDICTION = `key, subject_id AS subjectId, ${CONDITIONS}, file, sha256, byte_size AS byteSize,
  sample_count AS sampleCount, class_count AS classCount, seconds, created_at AS createdAt`;

export function evaluationRepository(database: Database): EvaluationRepository {
  const insertSubject = database.query(
    'INSERT INTO subjects (kind, key, definition) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const subjectId = database.query<{ readonly id: number }>('SELECT id FROM subjects WHERE key = ?');
  const find = database.query<EvaluationRow>(
    `SELECT ${EVALUATION} FROM evaluations
     WHERE subject_id = ? AND split_key = ? AND preprocessing = ? AND runtime_identity = ?`,
  );
  const byId = database.query<EvaluationRow>(`SELECT ${EVALUATION} FROM evaluations WHERE id = ?`);
  const save = database.query(
    `INSERT INTO evaluations
       (subject_id, split_key, preprocessing, runtime_identity, correct, total, accuracy, loss, metrics, seconds, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (subject_id, split_key, preprocessing, runtime_identity) DO UPDATE SET
       correct = excluded.correct, total = excluded.total, accuracy = excluded.accuracy, loss = excluded.loss,
       metrics = excluded.metrics, seconds = excluded.seconds, created_at = excluded.created_at`,
  );
  const setMetrics = database.query('UPDATE evaluations SET metrics = ? WHERE id = ?');
  const scores = database.query<Omit<SplitScore, keyof Stored> & Stored>(
    `SELECT splits.id AS splitId, splits.name AS split, role, correct, total, accuracy, loss, figures AS metrics
     FROM subjects
     JOIN evaluations ON evaluations.subject_id = subjects.id
     JOIN splits ON splits.key = evaluations.split_key AND splits.normalization = evaluations.preprocessing
     JOIN datasets ON datasets.id = splits.dataset_id
     WHERE subjects.key = ? AND datasets.project_id = ?
     ORDER BY splits.id, evaluations.created_at, evaluations.id`,
  );
  const prediction = database.query<Prediction>(`SELECT ${PREDICTION} FROM predictions WHERE key = ?`);
  const savePrediction = database.query(
    `INSERT INTO predictions (key, subject_id, split_key, preprocessing, runtime_identity, file, sha256, byte_size,
       sample_count, class_count, seconds, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET
       file = excluded.file, sha256 = excluded.sha256, byte_size = excluded.byte_size, seconds = excluded.seconds,
       created_at = excluded.created_at`,
  );
  const forget = database.query('DELETE FROM predictions WHERE key = ?');
  const files = database.query<{ readonly file: string }>('SELECT file FROM predictions ORDER BY file');
  return {
    ensureSubject: (kind, key, definition) =>
      database.transaction(() => {
        insertSubject.run(kind, key, toJson(definition));
        return subjectId.get(key)!.id;
      }),
    find: (id, at) => evaluationOf(find.get(id, at.splitKey, at.preprocessing, at.runtimeIdentity)),
    byId: (id) => evaluationOf(byId.get(id)),
    save: (entry) =>
      database.transaction(() => {
        const { splitKey, preprocessing, runtimeIdentity } = entry;
        save.run(
          entry.subjectId,
          splitKey,
          preprocessing,
          runtimeIdentity,
          entry.correct,
          entry.total,
          entry.accuracy,
          Number.isNaN(entry.loss) ? null : entry.loss,
          toJson(entry.metrics ?? {}),
          entry.seconds,
          timestamp(),
        );
        return evaluationOf(find.get(entry.subjectId, splitKey, preprocessing, runtimeIdentity))!;
      }),
    setMetrics: (id, known) => void setMetrics.run(toJson(known), id),
    scores(projectId, subjectKey) {
      const rows = scores.all(subjectKey, projectId);
      // Of several runtimes, the latest.
      const latest = new Map(rows.map((row) => [row.splitId, row]));
      return [...latest.values()].map(unpacked);
    },
    prediction: (key) => prediction.get(key),
    savePrediction: (entry) =>
      void savePrediction.run(
        entry.key,
        entry.subjectId,
        entry.splitKey,
        entry.preprocessing,
        entry.runtimeIdentity,
        entry.file,
        entry.sha256,
        entry.byteSize,
        entry.sampleCount,
        entry.classCount,
        entry.seconds,
        timestamp(),
      ),
    forgetPrediction: (key) => void forget.run(key),
    predictionFiles: () => files.all().map((row) => row.file),
  };
}

function evaluationOf(row: EvaluationRow | undefined): Evaluation | undefined {
  return row && unpacked(row);
}

function unpacked<Row extends Stored>(row: Row): Omit<Row, keyof Stored> & Pick<Evaluation, keyof Stored> {
  return { ...row, loss: row.loss ?? Number.NaN, metrics: fromJson<Figures>(row.metrics) };
}
