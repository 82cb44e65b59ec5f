import type { ArchitectureSpec } from '../architectures/architecture.ts';
import type { Reading } from '../checkpoints/checkpoint.ts';
import type { SplitRef } from '../data/split.ts';
import type { ErrorFacts } from '../errors.ts';
import type { FileIngredient, Mixture } from '../mix/mixture.ts';
import type { Progress } from '../progress.ts';
import type { DeviceChoice, MeasuredDevice } from '../runtimes/devices.ts';

/** Where weights come from. Plain data: the engine reads the files itself. */
export type WeightSource =
  | { readonly kind: 'checkpoint'; readonly path: string; readonly reading?: Reading | undefined }
  | { readonly kind: 'mixture'; readonly mixture: Mixture }
  | { readonly kind: 'initial'; readonly seed: number };

/** `auto` takes the first device that works. */
export type RuntimeChoice = DeviceChoice;

/** One forward pass of each subject over a split. */
export interface EvaluateTask {
  readonly kind: 'evaluate';
  readonly architecture: ArchitectureSpec;
  readonly runtime: RuntimeChoice;
  readonly split: SplitRef;
  readonly subjects: readonly {
    readonly weights: WeightSource;
    /** Logits are written here, little-endian F32 [samples, classes], atomically. */
    readonly logitsPath: string;
  }[];
}

export interface EvaluateResult {
  readonly kind: 'evaluate';
  readonly runtimeIdentity: string;
  readonly subjects: readonly { readonly seconds: number }[];
}

/** Forward passes of one network over some samples of a split, for as long as they are of any use. */
export interface HeatTask {
  readonly kind: 'heat';
  readonly architecture: ArchitectureSpec;
  readonly runtime: RuntimeChoice;
  readonly split: SplitRef;
  readonly weights: WeightSource;
  /** Samples, in the order in which they are run. */
  readonly rows: readonly number[];
  /** Samples of a forward pass. */
  readonly batch: number;
  /** It ends after the batch with which there are more wrong predictions than this; undefined: never before its end. */
  readonly mayMiss?: number | undefined;
  /** Logits of the first rows, as far as it went, are written here: little-endian F32 [seen, classes]. */
  readonly logitsPath: string;
}

export interface HeatResult {
  readonly kind: 'heat';
  readonly runtimeIdentity: string;
  readonly seconds: number;
}

type OptimizerName = 'sgd' | 'adam' | 'adamw';

/** Image augmentation, applied anew to every sample of every epoch from the training seed. */
export interface Augmentation {
  /** Largest shift in pixels, each axis. */
  readonly shift: number;
  /** Largest rotation in degrees, either way. */
  readonly rotate: number;
  /** Side of the square that is blanked, in pixels; 0 for none. */
  readonly cutout: number;
}

export interface TrainingConfig {
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** SGD only. */
  readonly momentum: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: 'cosine' | 'constant';
  readonly labelSmoothing: number;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** Samples drawn per epoch; 0 for the whole split. */
  readonly samplesPerEpoch: number;
}

/** Minibatch training by cross-entropy; the weights of the epoch with the best selection accuracy are written. */
export interface TrainTask {
  readonly kind: 'train';
  readonly architecture: ArchitectureSpec;
  /** Device of the `tfjs` runtime: `tensorflow`, `wasm` or `auto`. */
  readonly device: string | 'auto';
  readonly initial: WeightSource;
  readonly train: SplitRef;
  readonly selection: SplitRef;
  readonly config: TrainingConfig;
  /** safetensors, written atomically. */
  readonly checkpointPath: string;
  /** Where the state after every epoch is kept, so that a training which is stopped can go on. */
  readonly statePath: string;
  /** Text kept in the checkpoint's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface EpochReport {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly selectionAccuracy: number;
  readonly selectionLoss: number;
  readonly learningRate: number;
  readonly seconds: number;
}

export interface TrainResult {
  readonly kind: 'train';
  readonly runtimeIdentity: string;
  readonly epochs: readonly EpochReport[];
  readonly bestEpoch: number;
  /** Training images seen, repeats counted. */
  readonly imagesSeen: number;
  readonly seconds: number;
}

/** BatchNorm's running statistics of a network, estimated anew on a split's inputs. */
export interface StatisticsTask {
  readonly kind: 'statistics';
  readonly architecture: ArchitectureSpec;
  /** Device of the `tfjs` runtime: `tensorflow`, `wasm` or `auto`. */
  readonly device: string | 'auto';
  readonly weights: WeightSource;
  readonly split: SplitRef;
  /** How many samples are drawn from the split, at most. */
  readonly samples: number;
  readonly batchSize: number;
  readonly seed: number;
  /** All of the network's tensors with the new statistics, safetensors, written atomically. */
  readonly path: string;
}

export interface StatisticsResult {
  readonly kind: 'statistics';
  readonly runtimeIdentity: string;
  readonly samples: number;
  readonly batches: number;
  readonly seconds: number;
}

/** Which devices work here, each found out by using it. */
export interface ProbeTask {
  readonly kind: 'probe';
  /** Time each usable device as well. */
  readonly benchmark: boolean;
}

export interface ProbeResult {
  readonly kind: 'probe';
  readonly devices: readonly MeasuredDevice[];
}

/** Tensors of a mixture that share their coefficients. */
export interface SlopesGroup {
  readonly name: string;
  readonly tensors: readonly string[];
}

/**
 * Answers questions about mixtures until it is told that there are no more: how the loss of θ = Σᵢ coefficients[g][i] · θᵢ, for the tensors of
 * each group g, changes with each coefficient. Integer tensors are those of the heaviest ingredient and have no part in slopes.
 */
export interface SlopesTask {
  readonly kind: 'slopes';
  readonly architecture: ArchitectureSpec;
  /** Device of the `tfjs` runtime: `tensorflow`, `wasm` or `auto`. */
  readonly device: string | 'auto';
  readonly ingredients: readonly FileIngredient[];
  /** Together with `fixed` they name every tensor once. */
  readonly groups: readonly SlopesGroup[];
  /** Tensors whose weights, one for each ingredient, stand still. */
  readonly fixed: readonly (SlopesGroup & { readonly weights: readonly number[] })[];
  readonly split: SplitRef;
  /** What ingredients may take in memory; those that do not fit are read from their files for every question, twice for slopes. */
  readonly keptBytes: number;
}

/** What a task says once it is ready for questions. */
export interface SlopesFacts {
  readonly runtimeIdentity: string;
}

export type SlopesObjective = 'cross-entropy' | 'entropy';

export interface SlopesQuestion {
  /** `score` makes a forward pass only. */
  readonly want: 'slopes' | 'score';
  /** One row per group, one number per ingredient. */
  readonly coefficients: readonly (readonly number[])[];
  /** Rows of the split; for slopes they are one batch. */
  readonly rows: readonly number[];
  readonly objective: SlopesObjective;
  /** What logits are multiplied by. */
  readonly logitScale: number;
}

export type SlopesAnswer =
  | {
      readonly want: 'slopes';
      /** Mean over the rows. */
      readonly loss: number;
      /** ∂loss/∂coefficient: ⟨∂loss/∂θ_g, θᵢ_g⟩, by group and ingredient. */
      readonly slopes: readonly (readonly number[])[];
      /** ∂loss/∂logitScale */
      readonly scaleSlope: number;
    }
  | {
      readonly want: 'score';
      /** The objective's mean over the rows. */
      readonly loss: number;
      /** Rows whose label has the largest logit. */
      readonly correct: number;
    };

export interface SlopesResult {
  readonly kind: 'slopes';
  /** How many questions were answered. */
  readonly answers: number;
}

interface Results {
  readonly evaluate: EvaluateResult;
  readonly heat: HeatResult;
  readonly train: TrainResult;
  readonly statistics: StatisticsResult;
  readonly probe: ProbeResult;
  readonly slopes: SlopesResult;
}

export type Task = EvaluateTask | HeatTask | TrainTask | StatisticsTask | ProbeTask | SlopesTask;

export type ResultOf<T extends Task> = Results[T['kind']];

/** To the engine. */
export type EngineRequest =
  | { readonly type: 'run'; readonly id: number; readonly task: Task }
  /** For the task of this id, which is running. It answers in the order of the questions. */
  | { readonly type: 'ask'; readonly id: number; readonly question: SlopesQuestion }
  /** That there are no more questions. */
  | { readonly type: 'end'; readonly id: number };

/** From the engine. */
export type EngineMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly id: number }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'epoch'; readonly id: number; readonly epoch: EpochReport }
  | { readonly type: 'opened'; readonly id: number; readonly facts: SlopesFacts }
  | { readonly type: 'answer'; readonly id: number; readonly answer: SlopesAnswer }
  | { readonly type: 'done'; readonly id: number; readonly result: Results[keyof Results] }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorFacts };
