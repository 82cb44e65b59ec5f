import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ingredient, IngredientRepository } from '../../../db/repositories/ingredients.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { readingKey } from '../../checkpoints/reading.ts';
import type { EnginePool } from '../../engine/pool.ts';
import type { EpochReport, TrainingConfig, WeightSource } from '../../engine/protocol.ts';
import { hashFile } from '../../files/hash-file.ts';
import { removePartials } from '../../files/partial-names.ts';
import { contentKey } from '../content-key.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { IdentifyRuntime } from '../evaluations/runtime-identity.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { inspectIngredient } from './inspect.ts';
import { normalizationEntry } from './normalization.ts';

export interface TrainRequest {
  readonly projectId: number;
  readonly name: string;
  readonly architecture: ArchitectureSpec;
  /** Fresh weights of a seed, or those of an ingredient that is fine-tuned. */
  readonly initial:
    | { readonly kind: 'fresh'; readonly seed: number }
    | { readonly kind: 'from'; readonly base: Ingredient };
  readonly train: PreparedSplit;
  readonly selection: PreparedSplit;
  readonly config: TrainingConfig;
  /** Device of the `tfjs` runtime: `tensorflow`, `wasm` or `auto`. */
  readonly device: string;
}

export interface TrainOptions extends JobOptions {
  /** The epochs of an earlier attempt that is gone on with come first. */
  readonly onEpoch?: (epoch: EpochReport) => void;
  /** Told when an earlier attempt is gone on with. */
  readonly onContinue?: () => void;
}

export interface Trained {
  readonly ingredient: Ingredient;
  /** It had been trained before, with everything equal, and is still there. */
  readonly reused: boolean;
}

/** Raise it when the same training would lead to other weights. */
const TRAINING_VERSION = 1;

export interface TrainingRoom {
  readonly ingredients: IngredientRepository;
  readonly engines: EnginePool;
  readonly identify: IdentifyRuntime;
  readonly checkpointFolder: string;
  /** Of unfinished trainings. */
  readonly stateFolder: string;
}

/**
 * Trains an ingredient, or finds the one that the very same training has led to before. One that was stopped goes on after the last
 * epoch that it finished, and ends as if it had never been stopped.
 * @throws StockpotError what the engine throws: `train/…`, `engine/…`, `runtime/…`, `job/cancelled`
 */
export async function trainIngredient(
  room: TrainingRoom,
  request: TrainRequest,
  options: TrainOptions,
): Promise<Trained> {
  const key = await trainingKey(room, request, options);
  const known = room.ingredients.trained(request.projectId, key);
  if (known !== undefined && (await isIntact(known))) return { ingredient: known, reused: true };

  const file = `${fileNameOf(request.name)}-${key.slice(0, 12)}.safetensors`;
  const path = join(room.checkpointFolder, file);
  const statePath = join(room.stateFolder, `${request.projectId}-${file}`);
  removePartials(room.stateFolder, basename(statePath));
  if (existsSync(statePath)) options.onContinue?.();
  const result = await room.engines.run(
    {
      kind: 'train',
      architecture: request.architecture,
      device: request.device,
      initial: weightsOf(request),
      train: request.train.ref,
      selection: request.selection.ref,
      config: request.config,
      checkpointPath: path,
      statePath,
      metadata: metadataOf(request, key),
    },
    options,
  );
  const inspected = await inspectIngredient(
    path,
    request.architecture,
    options.signal === undefined ? {} : { signal: options.signal },
  );
  const ingredient = room.ingredients.add({
    projectId: request.projectId,
    name: request.name,
    ...inspected.facts,
    hyperparameters: { ...request.config },
    origin: 'trained',
    baseId: request.initial.kind === 'from' ? request.initial.base.id : null,
    trainingKey: key,
    training: {
      config: request.config,
      trainKey: request.train.ref.key,
      selectionKey: request.selection.ref.key,
      result,
    },
  });
  rmSync(statePath, { force: true });
  return { ingredient, reused: false };
}

/** Everything the outcome depends on: graph, first weights, data, configuration, and the device with its version. */
async function trainingKey(room: TrainingRoom, request: TrainRequest, options: TrainOptions): Promise<string> {
  const { architecture, initial, train, selection, config, device } = request;
  const identity = await room.identify({ runtime: 'tfjs', device }, architecture, train.ref, options.signal);
  return contentKey([
    TRAINING_VERSION,
    buildArchitecture(architecture).graphHash,
    initial.kind === 'fresh'
      ? ['fresh', initial.seed]
      : ['from', initial.base.sha256, ...readingPart(initial.base.reading)],
    [train.ref, selection.ref].map((ref) => [ref.key, ref.normalization]),
    config,
    identity,
  ]);
}

function weightsOf({ initial }: TrainRequest): WeightSource {
  return initial.kind === 'fresh'
    ? { kind: 'initial', seed: initial.seed }
    : { kind: 'checkpoint', path: initial.base.path, reading: initial.base.reading };
}

/** Nothing of a base that is read as its content says, so that trainings from before there were readings are found again. */
function readingPart(reading: Ingredient['reading']): readonly string[] {
  const key = readingKey(reading);
  return key === undefined ? [] : [key];
}

/** Nothing that differs between two equal trainings, so that equal weights make equal files. */
function metadataOf(
  { name, architecture, config, initial, train }: TrainRequest,
  key: string,
): Readonly<Record<string, string>> {
  return {
    format: 'pt',
    'stockpot.name': name,
    'stockpot.architecture': JSON.stringify(architecture),
    'stockpot.training': JSON.stringify(config),
    'stockpot.training-key': key,
    ...normalizationEntry(train.ref.normalization),
    ...(initial.kind === 'from' ? { 'stockpot.base': initial.base.sha256 } : {}),
  };
}

async function isIntact({ path, sha256 }: Ingredient): Promise<boolean> {
  return existsSync(path) && (await hashFile(path)) === sha256;
}

function fileNameOf(name: string): string {
  return (
    name
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 80) || 'ingredient'
  );
}
