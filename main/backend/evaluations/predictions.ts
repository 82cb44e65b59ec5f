import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Conditions, EvaluationRepository } from '../../../db/repositories/evaluations.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { SplitRef } from '../../data/split.ts';
import type { EnginePool } from '../../engine/pool.ts';
import type { EvaluateTask, RuntimeChoice } from '../../engine/protocol.ts';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { contentKey } from '../content-key.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { JointProgress } from '../jobs/joint-progress.ts';
import type { WeightsSubject } from './subject.ts';

/** Raise it when the same subject on the same split would get other logits from the same runtime. */
const PREDICTION_VERSION = 1;

/** Logits that are wanted: of a subject, on a split, by the runtime of the given identity. */
export interface Wanted {
  readonly subject: WeightsSubject;
  readonly subjectId: number;
  readonly split: SplitRef;
  readonly runtimeIdentity: string;
}

interface PredictionContext {
  readonly architecture: ArchitectureSpec;
  readonly runtime: RuntimeChoice;
  readonly stage: string;
}

/** Per-example logits, each computed once and kept as a file named by everything it depends on. */
export interface PredictionStore {
  /** Has an engine compute what is not there yet; several engines at once. */
  ensure(wanted: readonly Wanted[], context: PredictionContext, options: JobOptions): Promise<void>;
  /** @throws StockpotError `predictions/missing` when it was never computed, or its file is gone or damaged */
  read(wanted: Wanted): { readonly logits: Float32Array; readonly seconds: number };
}

export function conditionsOf(split: SplitRef, runtimeIdentity: string): Conditions {
  return { splitKey: split.key, preprocessing: JSON.stringify(split.normalization), runtimeIdentity };
}

export function predictionStore(
  repository: Pick<EvaluationRepository, 'prediction' | 'savePrediction' | 'forgetPrediction'>,
  engines: EnginePool,
  folder: string,
): PredictionStore {
  /** The logits' bytes when they are there and as they were written; what is damaged is forgotten and computed anew. */
  const load = (key: string): Buffer | undefined => {
    const known = repository.prediction(key);
    if (known === undefined) return undefined;
    const path = join(folder, known.file);
    const bytes = existsSync(path) ? withFileErrors(path, () => readFileSync(path)) : undefined;
    if (bytes !== undefined && sha256(bytes) === known.sha256) return bytes;
    repository.forgetPrediction(key);
    return undefined;
  };
  const remember = (wanted: Wanted, seconds: number): void => {
    const key = keyOf(wanted);
    const file = fileName(key);
    const path = join(folder, file);
    const bytes = withFileErrors(path, () => readFileSync(path));
    const { split, subjectId, runtimeIdentity } = wanted;
    repository.savePrediction({
      key,
      subjectId,
      ...conditionsOf(split, runtimeIdentity),
      file,
      sha256: sha256(bytes),
      byteSize: bytes.length,
      sampleCount: split.sampleCount,
      classCount: bytes.length / 4 / split.sampleCount,
      seconds,
    });
  };
  return {
    async ensure(wanted, context, options) {
      const missing = [...new Map(wanted.map((entry) => [keyOf(entry), entry])).values()].filter(
        (entry) => load(keyOf(entry)) === undefined,
      );
      if (missing.length === 0) return;
      await compute(missing, context, options, { engines, folder, remember });
    },
    read(wanted) {
      const key = keyOf(wanted);
      const bytes = load(key);
      const known = repository.prediction(key);
      if (bytes === undefined || known === undefined) throw missingPrediction(wanted);
      const logits = new Float32Array(bytes.length / 4);
      for (let i = 0; i < logits.length; i++) logits[i] = bytes.readFloatLE(4 * i);
      return { logits, seconds: known.seconds };
    },
  };
}

/** Deletes files of logits that no row refers to: what a process that died had computed but not yet remembered. */
export function removeStrayPredictions(
  repository: EvaluationRepository,
  folder: string,
  names: readonly string[],
): void {
  const known = new Set(repository.predictionFiles());
  for (const name of names) {
    if (/^[0-9a-f]{64}\.f32$/.test(name) && !known.has(name)) rmSync(join(folder, name), { force: true });
  }
}

async function compute(
  missing: readonly Wanted[],
  { architecture, runtime, stage }: PredictionContext,
  { signal, onProgress }: JobOptions,
  {
    engines,
    folder,
    remember,
  }: { engines: EnginePool; folder: string; remember: (wanted: Wanted, seconds: number) => void },
): Promise<void> {
  const batches = divide(missing, engines.size);
  const sizes = batches.map((batch) => batch.length * batch[0]!.split.sampleCount);
  const progress = new JointProgress(stage, 'images', sizes, onProgress);
  // The first failure ends the other engines' work too: their results would go nowhere.
  const abort = new AbortController();
  const joined = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
  const run = async (batch: readonly Wanted[], index: number): Promise<void> => {
    const { split, runtimeIdentity } = batch[0]!;
    const subjects = batch.map((entry) => ({
      weights: entry.subject.weights,
      logitsPath: join(folder, fileName(keyOf(entry))),
    }));
    const task: EvaluateTask = { kind: 'evaluate', architecture, runtime, split, subjects };
    const result = await engines.run(task, { signal: joined, onProgress: progress.part(index) });
    refuseOtherRuntime(result.runtimeIdentity, runtimeIdentity);
    for (const [i, entry] of batch.entries()) remember(entry, result.subjects[i]!.seconds);
    progress.finish(index);
  };
  const results = await Promise.allSettled(
    batches.map((batch, index) =>
      run(batch, index).catch((thrown: unknown) => {
        abort.abort();
        throw thrown;
      }),
    ),
  );
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  const cause = failures.find((reason) => !(reason instanceof StockpotError && reason.kind === 'cancelled'));
  if (failures.length > 0) throw cause ?? failures[0];
}

/** Batches of one split each, small enough for every engine to have one. */
function divide(missing: readonly Wanted[], engineCount: number): readonly (readonly Wanted[])[] {
  const bySplit = Map.groupBy(missing, ({ split }) => `${split.key} ${JSON.stringify(split.normalization)}`);
  const perSplit = Math.max(1, Math.ceil(engineCount / bySplit.size));
  return [...bySplit.values()].flatMap((group) => {
    const size = Math.ceil(group.length / perSplit);
    return Array.from({ length: Math.ceil(group.length / size) }, (_, i) => group.slice(i * size, (i + 1) * size));
  });
}

function keyOf({ subject, split, runtimeIdentity }: Wanted): string {
  return predictionKey(subject.key, conditionsOf(split, runtimeIdentity));
}

/** What the logits of a subject under these conditions are kept under. */
export function predictionKey(subjectKey: string, conditions: Conditions): string {
  return contentKey([PREDICTION_VERSION, subjectKey, conditions]);
}

function fileName(key: string): string {
  return `${key}.f32`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refuseOtherRuntime(found: string, expected: string): void {
  if (found === expected) return;
  throw new StockpotError({
    code: 'predictions/runtime-changed',
    kind: 'failure',
    what: 'The engines do not agree on the runtime',
    details: [`expected: ${expected}`, `found: ${found}`],
    remedy: 'Name the device with --device instead of leaving it to auto.',
  });
}

function missingPrediction({ split }: Wanted): StockpotError {
  return new StockpotError({
    code: 'predictions/missing',
    kind: 'failure',
    what: 'The predictions are not there',
    where: split.folder,
    remedy: 'Evaluate again.',
  });
}
