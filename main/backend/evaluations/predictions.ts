import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Conditions, EvaluationRepository } from '../../../db/repositories/evaluations.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { SplitRef } from '../../data/split.ts';
import type { EnginePool } from '../../engine/pool.ts';
import type { EvaluateTask, RuntimeChoice } from '../../engine/protocol.ts';
import { StockpotError } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { contentKey } from '../content-key.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { JointProgress } from '../jobs/joint-progress.ts';
import { sideBySide } from './side-by-side.ts';
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

/** Some samples of what is wanted, in the order in which they are run. */
interface Stretch {
  readonly rows: Int32Array;
  /** Samples of a forward pass. */
  readonly batch: number;
  /** It may end after the batch with which more than this are wrong; else engines share it. */
  readonly mayMiss?: number | undefined;
}

/** Logits of the first rows of a stretch, as far as it went: F32 [seen, classes]. */
interface StretchLogits {
  readonly logits: Float32Array;
  readonly seconds: number;
}

/** Fewer samples than this are not worth another engine. */
const LEAST_SHARE = 500;

/** The same of a subject that need not be a single network. */
type Keyed = Omit<Wanted, 'subject'> & { readonly subject: { readonly key: string } };

/** What tells logits that may be there already from all others. */
type KnownLogits = Omit<Keyed, 'subjectId'>;

interface PredictionContext {
  readonly architecture: ArchitectureSpec;
  readonly runtime: RuntimeChoice;
  readonly stage: string;
}

/** Per-example logits, each computed once and kept as a file named by everything it depends on. */
export interface PredictionStore {
  /** Has an engine compute what is not there yet; several engines at once. */
  ensure(wanted: readonly Wanted[], context: PredictionContext, options: JobOptions): Promise<void>;
  /** Has engines compute some rows only; nothing of them is kept. */
  stretch(
    wanted: Wanted,
    stretch: Stretch,
    context: Omit<PredictionContext, 'stage'>,
    options: JobOptions,
  ): Promise<StretchLogits>;
  /** Keeps logits of all samples, F32 [samples, classes], that were computed or combined elsewhere. */
  keep(wanted: Keyed, logits: Float32Array, seconds: number): void;
  /** What `read` gives, where it is there. */
  find(known: KnownLogits): { readonly logits: Float32Array; readonly seconds: number } | undefined;
  /** @throws StockpotError `predictions/missing` when it was never computed, or its file is gone or damaged */
  read(known: KnownLogits): { readonly logits: Float32Array; readonly seconds: number };
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
  const remember = (wanted: Keyed, seconds: number): void => {
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
  const find: PredictionStore['find'] = (wanted) => {
    const key = keyOf(wanted);
    const bytes = load(key);
    const known = repository.prediction(key);
    if (bytes === undefined || known === undefined) return undefined;
    return { logits: numbersOf(bytes), seconds: known.seconds };
  };
  return {
    async ensure(wanted, context, options) {
      const missing = [...new Map(wanted.map((entry) => [keyOf(entry), entry])).values()].filter(
        (entry) => load(keyOf(entry)) === undefined,
      );
      if (missing.length === 0) return;
      await compute(missing, context, options, { engines, folder, remember });
    },
    async stretch(wanted, { rows, batch, mayMiss }, { architecture, runtime }, { signal, onProgress }) {
      const { split, subject, runtimeIdentity } = wanted;
      const { weights } = subject;
      const shares = mayMiss === undefined ? shared(rows, engines.size) : [rows];
      const progress = new JointProgress(
        'Racing',
        'images',
        shares.map(({ length }) => length),
        onProgress,
      );
      const results = await sideBySide(
        shares.map((share, index) => async (joined: AbortSignal) => {
          // Named like predictions, so that it goes with the strays when this process dies before it has read it.
          const logitsPath = join(folder, `${randomBytes(32).toString('hex')}.f32`);
          const rowsOfShare = { rows: Array.from(share), batch, mayMiss, logitsPath };
          const task = { kind: 'heat', architecture, runtime, split, weights, ...rowsOfShare } as const;
          try {
            const result = await engines.run(task, { signal: joined, onProgress: progress.part(index) });
            return { ...result, logits: numbersOf(readFileSync(logitsPath)) };
          } finally {
            rmSync(logitsPath, { force: true });
          }
        }),
        signal,
      );
      for (const result of results) refuseOtherRuntime(result.runtimeIdentity, runtimeIdentity);
      return {
        logits: joinedLogits(results.map(({ logits }) => logits)),
        seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
      };
    },
    keep(wanted, logits, seconds) {
      const bytes = Buffer.alloc(4 * logits.length);
      for (const [i, value] of logits.entries()) bytes.writeFloatLE(value, 4 * i);
      writeFileAtomically(join(folder, fileName(keyOf(wanted))), bytes);
      remember(wanted, seconds);
    },
    find,
    read(wanted) {
      const found = find(wanted);
      if (found === undefined) throw missingPrediction(wanted);
      return found;
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
  const run = async (batch: readonly Wanted[], index: number, joined: AbortSignal): Promise<void> => {
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
  await sideBySide(
    batches.map((batch, index) => (joined: AbortSignal) => run(batch, index, joined)),
    signal,
  );
}

/** Rows in so many parts of nearly equal length, in their order. */
function shared(rows: Int32Array, engineCount: number): readonly Int32Array[] {
  const count = Math.max(1, Math.min(engineCount, Math.floor(rows.length / LEAST_SHARE)));
  const length = Math.ceil(rows.length / count);
  return Array.from({ length: count }, (_, i) => rows.slice(i * length, (i + 1) * length));
}

function joinedLogits(parts: readonly Float32Array[]): Float32Array {
  const logits = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    logits.set(part, at);
    at += part.length;
  }
  return logits;
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

function keyOf({ subject, split, runtimeIdentity }: KnownLogits): string {
  return predictionKey(subject.key, conditionsOf(split, runtimeIdentity));
}

/** What the logits of a subject under these conditions are kept under. */
export function predictionKey(subjectKey: string, conditions: Conditions): string {
  return contentKey([PREDICTION_VERSION, subjectKey, conditions]);
}

function fileName(key: string): string {
  return `${key}.f32`;
}

/** In memory of their own, where they are aligned; little-endian, as on every processor that Stockpot runs on. */
function numbersOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
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

function missingPrediction({ split }: Pick<Wanted, 'split'>): StockpotError {
  return new StockpotError({
    code: 'predictions/missing',
    kind: 'failure',
    what: 'The predictions are not there',
    where: split.folder,
    remedy: 'Evaluate again.',
  });
}
