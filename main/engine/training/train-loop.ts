import { setImmediate } from 'node:timers/promises';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import type { Split } from '../../data/split.ts';
import { StockpotError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { Random } from '../../random.ts';
import type { TrainingSession } from '../../runtimes/tfjs/training-session.ts';
import type { EpochReport, TrainingConfig } from '../protocol.ts';
import { BatchReader } from '../tasks/feeds.ts';
import { augmentBatch, augments } from './augmentation.ts';
import { createOptimizer, type Optimizer } from './optimizers.ts';
import { learningRateOf } from './schedule.ts';
import { scoreSelection } from './selection-score.ts';

export interface TrainingInputs {
  readonly spec: ArchitectureSpec;
  readonly session: TrainingSession;
  readonly train: Split;
  readonly selection: Split;
  readonly config: TrainingConfig;
  readonly onProgress: OnProgress;
}

export interface TrainingOutcome {
  /** What the session held after the epoch with the best selection accuracy (ties: the earlier one). */
  readonly bestWeights: Weights;
  readonly bestEpoch: number;
  /** Optimizer steps taken up to the end of the best epoch. */
  readonly bestSteps: number;
  readonly imagesSeen: number;
}

interface Best {
  readonly weights: Weights;
  readonly epoch: number;
  readonly steps: number;
  readonly accuracy: number;
}

/**
 * Minibatch training by cross-entropy, one value per epoch. Everything random comes from `config.seed`: the order of the
 * samples from (seed, epoch), a sample's augmentation from (seed, epoch, row).
 * @throws StockpotError `train/diverged` when the loss is no longer a finite number
 */
export async function* trainEpochs(inputs: TrainingInputs): AsyncGenerator<EpochReport, TrainingOutcome> {
  const { config, session } = inputs;
  const perEpoch = samplesPerEpoch(config, inputs.train);
  const stepsPerEpoch = Math.ceil(perEpoch / config.batchSize);
  const optimizer = createOptimizer(config);
  let best: Best | undefined;
  try {
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      const startedAt = performance.now();
      const learningRate = learningRateOf(config, epoch);
      const trainLoss = await trainEpoch(inputs, optimizer, epoch, learningRate, perEpoch);
      const selection = await scoreSelection(session, inputs.spec, inputs.selection);
      refuseDivergence(selection.loss, epoch, config);
      if (best === undefined || selection.accuracy > best.accuracy) {
        const steps = (epoch + 1) * stepsPerEpoch;
        best = { weights: await session.weights(), epoch, steps, accuracy: selection.accuracy };
      }
      yield {
        epoch,
        trainLoss,
        selectionAccuracy: selection.accuracy,
        selectionLoss: selection.loss,
        learningRate,
        seconds: (performance.now() - startedAt) / 1000,
      };
    }
  } finally {
    optimizer.dispose();
  }
  if (best === undefined) throw noEpochs();
  return {
    bestWeights: best.weights,
    bestEpoch: best.epoch,
    bestSteps: best.steps,
    imagesSeen: config.epochs * perEpoch,
  };
}

/** One pass over the epoch's samples. Returns the mean loss per sample, as it was before each step. */
async function trainEpoch(
  { spec, session, train, config, onProgress }: TrainingInputs,
  optimizer: Optimizer,
  epoch: number,
  learningRate: number,
  perEpoch: number,
): Promise<number> {
  const order = new Random(config.seed, 'order', epoch).permutation(train.sampleCount).subarray(0, perEpoch);
  const reader = new BatchReader(train, spec, config.batchSize);
  const [channels, height, width] = train.sampleShape as readonly [number, number, number];
  const { mean, std } = train.normalization;
  const background = mean.map((value, channel) => -value / std[channel]!);
  let lossSum = 0;
  for (let start = 0; start < perEpoch; start += config.batchSize) {
    const rows = order.subarray(start, start + config.batchSize);
    const samples = reader.samples(rows);
    if (augments(config.augmentation)) {
      const seed = { seed: config.seed, epoch };
      augmentBatch(samples, { channels, height, width }, rows, config.augmentation, seed, background);
    }
    optimizer.beginStep(learningRate);
    const loss = await session.step(
      reader.feeds(samples),
      rows.map((row) => train.labels[row]!),
      {
        labelSmoothing: config.labelSmoothing,
        update: (name, parameter, gradient) => optimizer.update(name, parameter, gradient),
      },
    );
    refuseDivergence(loss, epoch, config);
    lossSum += loss * rows.length;
    const seen = start + rows.length;
    onProgress({
      stage: 'Training',
      done: epoch * perEpoch + seen,
      total: config.epochs * perEpoch,
      unit: 'images',
      figures: { epoch: epoch + 1, loss: lossSum / seen },
    });
    // A step may never leave the microtask queue; the parent's messages, its end among them, need a turn of the event loop.
    await setImmediate();
  }
  return lossSum / perEpoch;
}

function samplesPerEpoch(config: TrainingConfig, train: Split): number {
  return config.samplesPerEpoch === 0 ? train.sampleCount : Math.min(config.samplesPerEpoch, train.sampleCount);
}

function refuseDivergence(loss: number, epoch: number, { learningRate }: TrainingConfig): void {
  if (Number.isFinite(loss)) return;
  throw new StockpotError({
    code: 'train/diverged',
    what: `Training diverged in epoch ${epoch + 1}: the loss is no longer a finite number`,
    remedy: `Use a lower learning rate than ${learningRate}; if it is low already, look for non-finite values in the starting weights.`,
  });
}

function noEpochs(): StockpotError {
  return new StockpotError({
    code: 'train/no-epochs',
    what: 'Training was asked for no epochs',
    remedy: 'Ask for at least one.',
  });
}
