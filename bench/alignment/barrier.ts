import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { alignCheckpoints } from '../../main/alignment/align-checkpoints.ts';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { readGraph } from '../../main/architectures/onnx/model.ts';
import type { Weights } from '../../main/checkpoints/checkpoint.ts';
import { copyCheckpoint } from '../../main/checkpoints/copy-checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { MNIST_NORMALIZATION } from '../../main/data/mnist.ts';
import { openSplit } from '../../main/data/open-split.ts';
import { prepareSplit } from '../../main/data/prepare.ts';
import type { SplitRef } from '../../main/data/split.ts';
import type { TrainingConfig } from '../../main/engine/protocol.ts';
import { forward } from '../../main/engine/tasks/forward.ts';
import { train } from '../../main/engine/tasks/train.ts';
import { accuracy } from '../../main/metrics/accuracy.ts';
import { crossEntropy } from '../../main/metrics/cross-entropy.ts';
import { scoreOf } from '../../main/metrics/metric.ts';
import { Predictions } from '../../main/metrics/predictions.ts';
import { mixInMemory } from '../../main/mix/in-memory.ts';
import { plainMixture } from '../../main/mix/mixture.ts';
import { openOnnxRuntime } from '../../main/runtimes/onnx/onnx-runtime.ts';
import type { BenchTable } from '../bench.ts';
import { round } from '../report.ts';

interface Study {
  readonly name: string;
  readonly architecture: ArchitectureSpec;
  readonly epochs: number;
}

const MNIST = { inputShape: [1, 28, 28], classes: 10 } as const;

const STUDIES: readonly Study[] = [
  { name: 'mlp-512-512-512', architecture: { family: 'mlp', hidden: [512, 512, 512], ...MNIST }, epochs: 5 },
  { name: 'cnn-16-32-fc64', architecture: { family: 'cnn', channels: [16, 32], hidden: 64, ...MNIST }, epochs: 4 },
  { name: 'cnn-32-64-fc128', architecture: { family: 'cnn', channels: [32, 64], hidden: 128, ...MNIST }, epochs: 4 },
];

const ROWS = { train: { from: 0, to: 12_000 }, selection: { from: 12_000, to: 12_200 } } as const;
const STEPS = 10;

const TRAINING: Omit<TrainingConfig, 'epochs' | 'seed'> = {
  optimizer: 'adam',
  learningRate: 0.001,
  weightDecay: 0,
  momentum: 0.9,
  batchSize: 64,
  schedule: 'cosine',
  labelSmoothing: 0,
  augmentation: { shift: 0, rotate: 0, cutout: 0 },
  samplesPerEpoch: 12_000,
};

interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

interface Data {
  readonly train: SplitRef;
  readonly selection: SplitRef;
  readonly test: SplitRef;
}

export interface BarrierReport {
  readonly table: BenchTable;
  /** Loss barriers by network, before and after. */
  readonly barriers: readonly { readonly name: string; readonly before: number; readonly after: number }[];
}

/**
 * Networks trained twice from different initialisations, on different orders of the same images: the loss and accuracy on the straight
 * line between them, with their channels as they are and matched. The barrier is the largest excess over the line between both ends
 * (Frankle et al., 2020; Ainsworth et al., 2022, definition 2.2).
 */
export async function measureBarriers(folder: string, log: (line: string) => void): Promise<BarrierReport> {
  const data = await prepareData(folder);
  const rows: string[][] = [];
  const barriers: { name: string; before: number; after: number }[] = [];
  for (const study of STUDIES) {
    const paths = [join(folder, `${study.name}-1.safetensors`), join(folder, `${study.name}-2.safetensors`)] as const;
    for (const [index, path] of paths.entries()) if (!existsSync(path)) await trainOne(study, index, path, data, log);
    const aligned = join(folder, `${study.name}-aligned.safetensors`);
    await alignFile(study, paths, aligned);
    const before = await lineBetween(study, paths[0], paths[1], data, folder, log);
    const after = await lineBetween(study, paths[0], aligned, data, folder, log);
    barriers.push({ name: study.name, before: before.barrier, after: after.barrier });
    rows.push(rowOf(study.name, 'as trained', before), rowOf(study.name, 'aligned', after));
  }
  const columns = [
    '',
    'channels',
    'ends: loss',
    'accuracy',
    'midpoint: loss',
    'accuracy',
    'loss barrier',
    'midpoint, re-estimated: loss',
    'accuracy',
  ];
  return { table: { title: 'Between two networks trained apart on MNIST (test set)', columns, rows }, barriers };
}

function rowOf(name: string, channels: string, { ends, middle, barrier, reestimated }: Line): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const mean = (figure: keyof Score): number => (ends[0][figure] + ends[1][figure]) / 2;
  return [
    ...[
      name,
      channels,
      round(mean('loss')),
      percent(mean('accuracy')),
      round(middle.loss),
      percent(middle.accuracy),
      round(barrier),
    ],
    ...(reestimated === undefined ? ['–', '–'] : [round(reestimated.loss), percent(reestimated.accuracy)]),
  ];
}

async function prepareData(folder: string): Promise<Data> {
  const cacheFolder = join(folder, 'splits');
  mkdirSync(cacheFolder, { recursive: true });
  const normalization = { mean: [...MNIST_NORMALIZATION.mean], std: [...MNIST_NORMALIZATION.std] };
  const source = { format: 'mnist', part: 'train', normalization } as const;
  return {
    train: await prepareSplit({ ...source, rows: { ...ROWS.train } }, { cacheFolder }),
    selection: await prepareSplit({ ...source, rows: { ...ROWS.selection } }, { cacheFolder }),
    test: await prepareSplit({ format: 'mnist', part: 'test', normalization }, { cacheFolder }),
  };
}

async function trainOne(
  study: Study,
  index: number,
  path: string,
  data: Data,
  log: (line: string) => void,
): Promise<void> {
  const { seconds } = await train(
    {
      kind: 'train',
      architecture: study.architecture,
      device: 'auto',
      initial: { kind: 'initial', seed: 100 + index },
      train: data.train,
      selection: data.selection,
      config: { ...TRAINING, epochs: study.epochs, seed: index },
      checkpointPath: path,
      statePath: path.replace(/safetensors$/, 'state'),
      metadata: {},
    },
    { onProgress() {}, onEpoch() {} },
  );
  log(`Trained ${study.name} ${index + 1} in ${seconds.toFixed(0)} s`);
}

async function alignFile(study: Study, paths: readonly [string, string], output: string): Promise<void> {
  const [reference, other] = [await openCheckpoint(paths[0]), await openCheckpoint(paths[1])];
  try {
    const { aligned } = await alignCheckpoints(readGraph(buildArchitecture(study.architecture).graph), reference, [
      other,
    ]);
    await copyCheckpoint(aligned[0]!.checkpoint, output, 'safetensors', { metadata: {} });
  } finally {
    reference.close();
    other.close();
  }
}

interface Line {
  readonly ends: readonly [Score, Score];
  readonly middle: Score;
  readonly barrier: number;
  /** The midpoint with BatchNorm's statistics of its own; undefined without BatchNorm. */
  readonly reestimated: Score | undefined;
}

async function lineBetween(
  study: Study,
  from: string,
  to: string,
  data: Data,
  folder: string,
  log: (line: string) => void,
): Promise<Line> {
  const scores: Score[] = [];
  for (let step = 0; step <= STEPS; step += 1)
    scores.push(await score(study, await between(from, to, step / STEPS), data));
  const ends = [scores[0]!, scores.at(-1)!] as const;
  const excess = scores.map(({ loss }, step) => loss - ((STEPS - step) * ends[0].loss + step * ends[1].loss) / STEPS);
  const middle = scores[STEPS / 2]!;
  const path = join(folder, 'midpoint.safetensors');
  writeCheckpoint(path, 'safetensors', await between(from, to, 0.5));
  const reestimated =
    study.architecture.family === 'mlp'
      ? undefined
      : await score(study, await reestimate(study, path, data, folder), data);
  log(`${study.name}: midpoint ${middle.loss.toFixed(3)}, re-estimated ${reestimated?.loss.toFixed(3) ?? '–'}`);
  return { ends, middle, barrier: Math.max(0, ...excess), reestimated };
}

function between(from: string, to: string, share: number): Promise<Weights> {
  const ingredients = [from, to].map((path) => ({ path, sha256: '' }));
  return mixInMemory(plainMixture(ingredients, [1 - share, share]));
}

async function score({ architecture }: Study, weights: Weights, data: Data): Promise<Score> {
  const runtime = await openOnnxRuntime();
  const session = await runtime.open(buildArchitecture(architecture).graph, weights);
  const split = openSplit(data.test);
  try {
    const logits = new Float32Array(split.sampleCount * architecture.classes);
    for await (const batch of forward(session, architecture, split))
      logits.set(batch.logits, batch.start * architecture.classes);
    const predictions = new Predictions(logits, split.labels);
    return { loss: scoreOf(crossEntropy, predictions), accuracy: scoreOf(accuracy, predictions) };
  } finally {
    split.close();
    await session.dispose();
  }
}

/**
 * BatchNorm's running statistics on the training images: steps of training so short that they change no weight of single precision,
 * while statistics follow the batches.
 */
async function reestimate(study: Study, path: string, data: Data, folder: string): Promise<Weights> {
  const output = join(folder, 'midpoint-reestimated.safetensors');
  const statePath = join(folder, 'reestimated.state');
  // A state that is there would be gone on from.
  rmSync(statePath, { force: true });
  await train(
    {
      kind: 'train',
      architecture: study.architecture,
      device: 'auto',
      initial: { kind: 'checkpoint', path },
      train: data.train,
      selection: data.selection,
      config: { ...TRAINING, optimizer: 'sgd', learningRate: 1e-30, momentum: 0, batchSize: 250, epochs: 1, seed: 0 },
      checkpointPath: output,
      statePath,
      metadata: {},
    },
    { onProgress() {}, onEpoch() {} },
  );
  const checkpoint = await openCheckpoint(output);
  try {
    return readWeights(checkpoint);
  } finally {
    checkpoint.close();
  }
}
