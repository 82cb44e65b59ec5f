import { setImmediate } from 'node:timers/promises';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
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
import type { BestEpoch, TrainingState } from './training-state.ts';

export interface TrainingInputs {
  readonly spec: ArchitectureSpec;
  readonly session: TrainingSession;
  readonly train: Split;
  readonly selection: Split;
  readonly config: TrainingConfig;
  readonly onProgress: OnProgress;
  /** Where an earlier attempt got to; the session holds its weights. */
  readonly from: TrainingState | undefined;
  /** Told after every epoch but the last, before the epoch is reported. */
  readonly keep: (state: Omit<TrainingState, 'seconds'>) => void;
}

export interface TrainingOutcome {
  readonly best: BestEpoch;
  /** Over all attempts. */
  readonly epochs: readonly EpochReport[];
  readonly imagesSeen: number;
}

/**
 * Minibatch training by cross-entropy, one value per epoch that is trained here. Everything random comes from `config.seed`: the order of the
 * samples from (seed, epoch), a sample's augmentation from (seed, epoch, row).
 * @throws StockpotError `train/diverged` when the loss is no longer a finite number
 */
export async function* trainEpochs(inputs: TrainingInputs): AsyncGenerator<EpochReport, TrainingOutcome> {
  const { config, session, from } = inputs;
  const perEpoch = samplesPerEpoch(config, inputs.train);
  const stepsPerEpoch = Math.ceil(perEpoch / config.batchSize);
  const optimizer = createOptimizer(config);
  if (from !== undefined) optimizer.restore(from.optimizer);
  const epochs: EpochReport[] = [...(from?.epochs ?? [])];
  let best = from?.best;
  try {
    for (let epoch = epochs.length; epoch < config.epochs; epoch++) {
      const startedAt = performance.now();
      const learningRate = learningRateOf(config, epoch);
      const trainLoss = await trainEpoch(inputs, optimizer, epoch, learningRate, perEpoch);
      const selection = await scoreSelection(session, inputs.spec, inputs.selection);
      refuseDivergence(selection.loss, epoch, config);
      if (best === undefined || selection.accuracy > best.accuracy) {
        const steps = (epoch + 1) * stepsPerEpoch;
        best = { weights: await session.weights(), epoch, steps, accuracy: selection.accuracy };
      }
      const report: EpochReport = {
        epoch,
        trainLoss,
        selectionAccuracy: selection.accuracy,
        selectionLoss: selection.loss,
        learningRate,
        seconds: (performance.now() - startedAt) / 1000,
      };
      epochs.push(report);
      if (epochs.length < config.epochs) {
        const state = optimizer.state();
        inputs.keep({ epochs: [...epochs], weights: await session.weights(), best, optimizer: state });
      }
      yield report;
    }
  } finally {
    optimizer.dispose();
  }
  if (best === undefined) throw noEpochs();
  return { best, epochs, imagesSeen: config.epochs * perEpoch };
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
