import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import type { TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import type { Normalization, SplitRef } from '../../main/data/split.ts';
import type { TaskReports } from '../../main/engine/engine.ts';
import type { EpochReport, TrainingConfig, TrainTask } from '../../main/engine/protocol.ts';
import { train } from '../../main/engine/tasks/train.ts';
import { tensorflowBinding } from '../../main/runtimes/tfjs/tensorflow/load.ts';
import { makeSplit } from './synthetic-split.ts';

type Values = Readonly<Record<string, readonly number[]>>;
interface RawLabelled {
  readonly images: readonly number[];
  readonly labels: readonly number[];
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/engine/training.json', import.meta.url), 'utf8')) as {
  readonly epochs: number;
  readonly architecture: ArchitectureSpec;
  readonly normalization: Normalization;
  readonly shapes: Values;
  readonly start: Values;
  readonly train: RawLabelled;
  readonly selection: RawLabelled;
  readonly runs: readonly {
    readonly config: Pick<TrainingConfig, 'optimizer' | 'learningRate' | 'weightDecay' | 'momentum' | 'labelSmoothing'>;
    readonly trainLosses: readonly number[];
    readonly selectionLosses: readonly number[];
    readonly best: { readonly accuracy: number; readonly epoch: number; readonly weights: Values };
  }[];
};

const PLAIN: TrainingConfig = {
  optimizer: 'adam',
  learningRate: 0.01,
  weightDecay: 0,
  momentum: 0.9,
  epochs: 3,
  batchSize: 16,
  schedule: 'cosine',
  labelSmoothing: 0,
  augmentation: { shift: 1, rotate: 10, cutout: 2 },
  seed: 4,
  samplesPerEpoch: 0,
};

/** WebAssembly everywhere, native TensorFlow where `npm run accelerators` has built it. */
const DEVICES = tensorflowBinding() === undefined ? ['wasm'] : ['wasm', 'tensorflow'];

const SILENT: TaskReports = { onProgress: () => {}, onEpoch: () => {} };

let folder: string;
let trainSplit: SplitRef;
let selection: SplitRef;
let startPath: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-training-'));
  mkdirSync(join(folder, 'cache'));
  const size = { height: 8, width: 8, classes: 3 };
  trainSplit = await makeSplit(folder, 'train', { ...fixture.train, ...size }, fixture.normalization);
  selection = await makeSplit(folder, 'selection', { ...fixture.selection, ...size }, fixture.normalization);
  startPath = join(folder, 'start.safetensors');
  writeCheckpoint(startPath, 'safetensors', startWeights());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startWeights(): Weights {
  return new Map(
    buildArchitecture(fixture.architecture).parameters.map(({ name, dtype, shape }): [string, TensorValue] => {
      const values = fixture.start[name]!;
      const data = dtype === 'I64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
      return [name, { dtype, shape, bytes: new Uint8Array(data.buffer) }];
    }),
  );
}

function task(config: Partial<TrainingConfig>, output: string, changes: Partial<TrainTask> = {}): TrainTask {
  return {
    kind: 'train',
    architecture: fixture.architecture,
    device: 'wasm',
    initial: { kind: 'checkpoint', path: startPath },
    train: trainSplit,
    selection,
    config: { ...PLAIN, ...config },
    checkpointPath: join(folder, output),
    statePath: join(folder, `state-of-${output}`),
    metadata: { origin: 'test' },
    ...changes,
  };
}

/** Ends a training as soon as this epoch is reported. */
function stopAt(epoch: number): TaskReports {
  return {
    ...SILENT,
    onEpoch(report) {
      if (report.epoch === epoch) throw new Error('stopped');
    },
  };
}

function expectClose(name: string, value: TensorValue, expected: readonly number[]): void {
  const values = value.dtype === 'I64' ? [...integers(value)].map(Number) : [...floats(value)];
  const largest = Math.max(...values.map((found, i) => Math.abs(found - expected[i]!)));
  expect(largest, name).toBeLessThan(2e-5);
}

function integers({ bytes }: TensorValue): BigInt64Array {
  return new BigInt64Array(bytes.slice().buffer);
}

function floats({ bytes }: TensorValue): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

async function read(path: string): Promise<Weights> {
  const checkpoint = await openCheckpoint(path);
  try {
    return readWeights(checkpoint);
  } finally {
    checkpoint.close();
  }
}

describe('training', () => {
  for (const device of DEVICES) {
    for (const run of fixture.runs) {
      const { optimizer } = run.config;

      it(`follows PyTorch's course with ${optimizer} on ${device}`, async () => {
        const batchSize = fixture.train.labels.length;
        const augmentation = { shift: 0, rotate: 0, cutout: 0 };
        const config = { ...run.config, epochs: fixture.epochs, batchSize, augmentation };
        const output = `${optimizer}-${device}.safetensors`;
        const { epochs, bestEpoch } = await train(task(config, output, { device }), SILENT);
        epochs.forEach((epoch, i) => {
          expect(Math.abs(epoch.trainLoss - run.trainLosses[i]!)).toBeLessThan(1e-5);
          expect(Math.abs(epoch.selectionLoss - run.selectionLosses[i]!)).toBeLessThan(1e-5);
        });
        expect(bestEpoch).toBe(run.best.epoch);
        expect(epochs[bestEpoch]!.selectionAccuracy).toBeCloseTo(run.best.accuracy, 6);
        for (const [name, value] of await read(join(folder, output))) expectClose(name, value, run.best.weights[name]!);
      });
    }
  }

  it('gives the same bits for the same seed and other bits for another', async () => {
    const first = await train(task({}, 'first.safetensors'), SILENT);
    const second = await train(task({}, 'second.safetensors'), SILENT);
    await train(task({ seed: 5 }, 'other.safetensors'), SILENT);
    const bytes = (name: string): Buffer => readFileSync(join(folder, name));
    expect(bytes('first.safetensors').equals(bytes('second.safetensors'))).toBe(true);
    expect(bytes('first.safetensors').equals(bytes('other.safetensors'))).toBe(false);
    const figures = ({ trainLoss, selectionLoss }: EpochReport): number[] => [trainLoss, selectionLoss];
    expect(first.epochs.map(figures)).toEqual(second.epochs.map(figures));
  });

  for (const device of DEVICES) {
    for (const optimizer of ['sgd', 'adam', 'adamw'] as const) {
      it(`ends with the same bits on ${device} with ${optimizer} when it was stopped and goes on`, async () => {
        const config = { optimizer, weightDecay: 0.01, epochs: 4, labelSmoothing: 0.1 };
        const undisturbed = await train(task(config, `whole-${optimizer}-${device}.safetensors`, { device }), SILENT);
        const stopped = task(config, `stopped-${optimizer}-${device}.safetensors`, { device });
        for (const stopAfter of [0, 2]) await expect(train(stopped, stopAt(stopAfter))).rejects.toThrow('stopped');
        const reported: number[] = [];
        const resumed = await train(stopped, { ...SILENT, onEpoch: ({ epoch }) => reported.push(epoch) });
        expect(reported).toEqual([0, 1, 2, 3]);
        const bytes = (name: string): Buffer =>
          readFileSync(join(folder, `${name}-${optimizer}-${device}.safetensors`));
        expect(bytes('stopped').equals(bytes('whole'))).toBe(true);
        const figures = ({ seconds: _, ...report }: EpochReport): unknown => report;
        expect(resumed.epochs.map(figures)).toEqual(undisturbed.epochs.map(figures));
        expect(resumed).toMatchObject({ bestEpoch: undisturbed.bestEpoch, imagesSeen: undisturbed.imagesSeen });
      });
    }
  }

  it.each<readonly [string, Partial<TrainingConfig>, () => Partial<TrainTask>]>([
    ['another configuration', { learningRate: 0.02 }, () => ({})],
    ['other first weights', {}, () => ({ initial: { kind: 'initial', seed: 9 } })],
    ['another selection split', {}, () => ({ selection: { ...selection, key: 'f'.repeat(64) } })],
  ])('does not go on from the state of a training with %s', async (_, config, changes) => {
    const stopped = task({ epochs: 3 }, 'others.safetensors');
    await expect(train(stopped, stopAt(1))).rejects.toThrow('stopped');
    const other = task({ epochs: 3, ...config }, 'others.safetensors', changes());
    const kept = readFileSync(stopped.statePath);
    await expect(train(other, SILENT)).rejects.toMatchObject({
      code: 'train/other-state',
      kind: 'input',
      where: stopped.statePath,
    });
    expect(readFileSync(stopped.statePath).equals(kept)).toBe(true);
  });

  it('names the file of a kept state that cannot be read', async () => {
    const spoilt = task({}, 'spoilt.safetensors');
    writeCheckpoint(spoilt.statePath, 'safetensors', startWeights());
    await expect(train(spoilt, SILENT)).rejects.toMatchObject({
      code: 'train/damaged-state',
      where: spoilt.statePath,
    });
  });

  it('writes the tensors of the architecture, counters and metadata included', async () => {
    const result = await train(task({ epochs: 2, batchSize: 10 }, 'complete.safetensors'), SILENT);
    const checkpoint = await openCheckpoint(join(folder, 'complete.safetensors'));
    expect(checkpoint.metadata).toMatchObject({ origin: 'test' });
    checkpoint.close();
    const weights = await read(join(folder, 'complete.safetensors'));
    const { parameters } = buildArchitecture(fixture.architecture);
    expect([...weights.keys()].sort()).toEqual(parameters.map(({ name }) => name).sort());
    const steps = Math.ceil(fixture.train.labels.length / 10) * (result.bestEpoch + 1);
    expect([...integers(weights.get('bn1.num_batches_tracked')!)]).toEqual([BigInt(steps)]);
    expect(result.imagesSeen).toBe(2 * fixture.train.labels.length);
  });

  it('keeps the weights of the earliest epoch with the best selection accuracy', async () => {
    // Learning so slowly that no prediction changes: all epochs tie.
    const config = { learningRate: 1e-9, epochs: 3 };
    const result = await train(task(config, 'tie.safetensors'), SILENT);
    expect(new Set(result.epochs.map((epoch) => epoch.selectionAccuracy)).size).toBeGreaterThan(0);
    const best = Math.max(...result.epochs.map((epoch) => epoch.selectionAccuracy));
    expect(result.bestEpoch).toBe(result.epochs.findIndex((epoch) => epoch.selectionAccuracy === best));
  });

  it('draws as many samples in an epoch as asked for', async () => {
    const result = await train(task({ samplesPerEpoch: 20, epochs: 2 }, 'few.safetensors'), SILENT);
    expect(result.imagesSeen).toBe(40);
  });

  it('names the epoch and what to change when training diverges, and writes nothing', async () => {
    const config = { optimizer: 'sgd', learningRate: 1e30, epochs: 4 } as const;
    await expect(train(task(config, 'diverged.safetensors'), SILENT)).rejects.toMatchObject({
      code: 'train/diverged',
      what: expect.stringMatching(/epoch [12]/),
      remedy: expect.stringContaining('lower learning rate'),
    });
    expect(() => readFileSync(join(folder, 'diverged.safetensors'))).toThrow(/ENOENT/);
  });

  it('refuses data of another size before it starts', async () => {
    const architecture = { ...fixture.architecture, inputShape: [1, 12, 12] };
    await expect(train(task({}, 'never.safetensors', { architecture }), SILENT)).rejects.toMatchObject({
      code: 'engine/split-does-not-fit',
    });
  });
});

describe('fine-tuning', () => {
  it('starts from the weights it is given', async () => {
    const standing = { learningRate: 0, optimizer: 'sgd', weightDecay: 0, epochs: 1 } as const;
    await train(task(standing, 'standing.safetensors'), SILENT);
    const before = startWeights();
    const after = await read(join(folder, 'standing.safetensors'));
    for (const name of ['conv1.weight', 'bn1.weight', 'fc1.bias', 'classifier.weight']) {
      expect(floats(after.get(name)!)).toEqual(floats(before.get(name)!));
    }
  });
});
