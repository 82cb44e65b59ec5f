import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { TensorValue, Weights } from '../../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { readWeights } from '../../checkpoints/weights.ts';
import { writeCheckpoint } from '../../checkpoints/write-checkpoint.ts';
import { StockpotError } from '../../errors.ts';
import type { EpochReport } from '../protocol.ts';
import type { OptimizerState } from './optimizers.ts';

/** What a session held after the epoch with the best selection accuracy so far (ties: the earlier one). */
export interface BestEpoch {
  readonly weights: Weights;
  readonly epoch: number;
  /** Optimizer steps taken up to its end. */
  readonly steps: number;
  readonly accuracy: number;
}

/**
 * A training between two epochs: with it the rest goes as if nothing had happened, bit for bit on the same device. What is random
 * follows from the seed and the epoch's number and needs no keeping.
 */
export interface TrainingState {
  readonly epochs: readonly EpochReport[];
  readonly weights: Weights;
  readonly best: BestEpoch;
  readonly optimizer: OptimizerState;
  /** Spent so far, over all attempts. */
  readonly seconds: number;
}

/** A state as it is kept, with whose it is: a `trainingIdentity`. */
export interface KeptTrainingState extends TrainingState {
  readonly identity: string;
}

const KEY = 'stockpot.training-state';
const PARTS = { weights: 'weights/', best: 'best/', optimizer: 'optimizer/' } as const;

const facts = z.object({
  epochs: z
    .array(
      z.object({
        epoch: z.int(),
        trainLoss: z.number(),
        selectionAccuracy: z.number(),
        selectionLoss: z.number(),
        learningRate: z.number(),
        seconds: z.number(),
      }),
    )
    .min(1)
    .readonly(),
  best: z.object({ epoch: z.int(), steps: z.int(), accuracy: z.number() }),
  optimizerSteps: z.int(),
  seconds: z.number(),
  /** Absent in states from before there was one; those are no longer gone on from. */
  identity: z.string().optional(),
});

/**
 * Writes the state as safetensors, atomically. Best weights that are the present ones are not written twice.
 * @throws StockpotError as `writeCheckpoint`
 */
export function writeTrainingState(
  path: string,
  { epochs, weights, best, optimizer, seconds, identity }: KeptTrainingState,
): void {
  const { weights: bestWeights, ...bestFacts } = best;
  const tensors = new Map([
    ...prefixed(PARTS.weights, weights),
    ...(best.epoch === epochs.length - 1 ? [] : prefixed(PARTS.best, bestWeights)),
    ...prefixed(PARTS.optimizer, optimizer.tensors),
  ]);
  const text = JSON.stringify({ epochs, best: bestFacts, optimizerSteps: optimizer.steps, seconds, identity });
  writeCheckpoint(path, 'safetensors', tensors, { [KEY]: text });
}

/**
 * Undefined where nothing is kept, and where a version that did not say whose states are has kept it.
 * @param expected identity of the training that is to go on
 * @throws StockpotError `train/damaged-state`, `train/other-state`; `checkpoint/…` and `file/…` as opening checkpoints does
 */
export async function readTrainingState(path: string, expected: string): Promise<TrainingState | undefined> {
  if (!existsSync(path)) return undefined;
  const checkpoint = await openCheckpoint(path);
  try {
    const { epochs, best, optimizerSteps, seconds, identity } = factsIn(checkpoint.metadata[KEY], path);
    if (identity === undefined) return undefined;
    if (identity !== expected) throw otherState(path);
    const tensors = readWeights(checkpoint);
    const weights = part(PARTS.weights, tensors);
    return {
      epochs,
      weights,
      best: { ...best, weights: best.epoch === epochs.length - 1 ? weights : part(PARTS.best, tensors) },
      optimizer: { steps: optimizerSteps, tensors: part(PARTS.optimizer, tensors) },
      seconds,
    };
  } finally {
    checkpoint.close();
  }
}

function prefixed(prefix: string, weights: Weights): readonly (readonly [string, TensorValue])[] {
  return [...weights].map(([name, value]) => [`${prefix}${name}`, value]);
}

function part(prefix: string, tensors: Weights): Weights {
  return new Map(
    [...tensors].flatMap(([name, value]): (readonly [string, TensorValue])[] =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

function factsIn(text: string | undefined, path: string): z.infer<typeof facts> {
  try {
    return facts.parse(JSON.parse(text ?? ''));
  } catch {
    throw new StockpotError({
      code: 'train/damaged-state',
      what: 'What was kept of the interrupted training cannot be read',
      where: path,
      remedy: 'Delete this file and resume: the training then begins with its first epoch.',
    });
  }
}

function otherState(path: string): StockpotError {
  return new StockpotError({
    code: 'train/other-state',
    what: 'What was kept here is of another training: of another network, beginning, configuration, data or device',
    where: path,
    remedy: 'Resume that training first, or delete this file: this training then begins with its first epoch.',
  });
}
