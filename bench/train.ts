import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildArchitecture } from '../main/architectures/build.ts';
import { initialWeights } from '../main/architectures/initialize.ts';
import type { Weights } from '../main/checkpoints/checkpoint.ts';
import { createOptimizer } from '../main/engine/training/optimizers.ts';
import { StockpotError } from '../main/errors.ts';
import { Random } from '../main/random.ts';
import { TFJS_DEVICES, type TfjsDevice } from '../main/runtimes/tfjs/backends.ts';
import { TfjsRuntime } from '../main/runtimes/tfjs/tfjs-runtime.ts';
import type { Bench, BenchContext, BenchReport } from './bench.ts';
import { alternate, median } from './measure.ts';
import { PythonPeer } from './peers/python-peer.ts';
import { round } from './report.ts';

const BATCH = 64;
const STEPS_PER_MEASUREMENT = 20;
const WARM_UP_STEPS = 20;
const RECIPE = { optimizer: 'sgd', momentum: 0.9, weightDecay: 1e-4 } as const;
const LEARNING_RATE = 0.01;

const architecture = buildArchitecture({
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [16, 32],
  hidden: 32,
  classes: 10,
});

interface Timing {
  readonly seconds: number;
  readonly loss: number;
}

/** Something that takes training steps and says how long they took. */
interface Contender {
  readonly name: string;
  readonly take: (steps: number) => Promise<Timing>;
}

/**
 * Training steps (forward, backward, SGD with momentum) of the demo's network on one batch of 64 images, from the same
 * weights: native TensorFlow where it is installed, and WebAssembly, against PyTorch on the CPU, in turns.
 */
export const bench: Bench = async (context) => {
  const random = new Random(1, 'bench-train');
  const images = Float32Array.from({ length: BATCH * 28 * 28 }, () => random.normal());
  const labels = Int32Array.from({ length: BATCH }, () => random.integer(10));
  const weights = initialWeights(architecture, 1);
  const own = await ownContenders(images, labels, weights, context);
  if (context.peers === undefined) return describe(own, await measure(own, context.repeats));
  writeFileSync(join(context.folder, 'input.f32'), new Uint8Array(images.buffer));
  writeFileSync(join(context.folder, 'labels.i32'), new Uint8Array(labels.buffer));
  writeFileSync(join(context.folder, 'weights.f32'), floatTensorsOf(weights));
  using peer = await PythonPeer.start('./train.py', [context.folder], context.peers);
  const version = await peer.nextLine();
  const contenders = [...own, ...peerContenders(peer, version)];
  return describe(contenders, await measure(contenders, context.repeats));
};

async function ownContenders(
  images: Float32Array,
  labels: Int32Array,
  weights: Weights,
  { log }: BenchContext,
): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const device of TFJS_DEVICES) {
    const contender = await ownContender(device, images, labels, weights);
    if (contender === undefined) log(`tfjs on ${device} is not available here: left out.`);
    else contenders.push(contender);
  }
  return contenders;
}

async function ownContender(
  device: TfjsDevice,
  images: Float32Array,
  labels: Int32Array,
  weights: Weights,
): Promise<Contender | undefined> {
  const runtime = await TfjsRuntime.start(device).catch((thrown: unknown) => {
    if (thrown instanceof StockpotError && thrown.code === 'runtime/device-unavailable') return undefined;
    throw thrown;
  });
  if (runtime === undefined) return undefined;
  const session = await runtime.openTraining(architecture.graph, weights);
  const optimizer = createOptimizer(RECIPE);
  const feeds = { input: { shape: [BATCH, 1, 28, 28], data: images } };
  return {
    name: runtime.identity,
    async take(steps) {
      const started = performance.now();
      let loss = 0;
      for (let step = 0; step < steps; step++) {
        optimizer.beginStep(LEARNING_RATE);
        loss = await session.step(feeds, labels, {
          labelSmoothing: 0,
          update: (name, parameter, gradient) => optimizer.update(name, parameter, gradient),
        });
      }
      return { seconds: (performance.now() - started) / 1000, loss };
    },
  };
}

/** PyTorch with all cores, and with one: an engine has one thread where several engines train side by side. */
function peerContenders(peer: PythonPeer, version: string): readonly Contender[] {
  const all = availableParallelism();
  const threadCounts = all === 1 ? [1] : [all, 1];
  return threadCounts.map((threads) => ({
    name: `${version}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    async take(steps) {
      const [seconds, loss] = (await peer.ask(`${threads} ${steps}`)).split(' ').map(Number) as [number, number];
      return { seconds, loss };
    },
  }));
}

interface Result {
  readonly millisecondsPerStep: number;
  readonly lossAfterWarmUp: number;
}

async function measure(contenders: readonly Contender[], repeats: number): Promise<ReadonlyMap<string, Result>> {
  const losses = new Map<string, number>();
  for (const { name, take } of contenders) losses.set(name, (await take(WARM_UP_STEPS)).loss);
  const measurements = Object.fromEntries(
    contenders.map(({ name, take }) => [name, () => take(STEPS_PER_MEASUREMENT)]),
  );
  const timings = await alternate(repeats, measurements);
  return new Map(
    contenders.map(({ name }) => {
      const seconds = median(timings[name]!.map((timing) => timing.seconds));
      return [
        name,
        { millisecondsPerStep: (seconds / STEPS_PER_MEASUREMENT) * 1000, lossAfterWarmUp: losses.get(name)! },
      ];
    }),
  );
}

function describe(contenders: readonly Contender[], results: ReadonlyMap<string, Result>): BenchReport {
  const peers = contenders.filter(({ name }) => name.startsWith('PyTorch'));
  // The faster of its settings: threads that wait for each other can be slower than one where cores are busy.
  const reference = Math.min(...peers.map(({ name }) => results.get(name)!.millisecondsPerStep));
  const ratio = (name: string): number => results.get(name)!.millisecondsPerStep / reference;
  const native = contenders.find(({ name }) => name.includes('tensorflow'));
  return {
    title: 'Training steps',
    tables: [
      {
        title: `${architecture.name}, batches of ${BATCH}, SGD with momentum`,
        columns: ['', 'ms a step', 'images/s', 'time against PyTorch', `loss after ${WARM_UP_STEPS} steps`],
        rows: contenders.map(({ name }) => {
          const { millisecondsPerStep, lossAfterWarmUp } = results.get(name)!;
          return [
            name,
            round(millisecondsPerStep),
            String(Math.round((BATCH * 1000) / millisecondsPerStep)),
            peers.length === 0 ? '' : round(ratio(name)),
            lossAfterWarmUp.toFixed(3),
          ];
        }),
      },
    ],
    targets:
      native === undefined || peers.length === 0
        ? []
        : [{ name: 'native TensorFlow against PyTorch', measured: ratio(native.name), limit: 2, unit: 'ratio' }],
    notes: [
      'Everyone starts from the same weights and sees the same batch; equal losses say that the work is the same.',
      'Times are compared with the faster of PyTorch’s settings.',
      'WebAssembly has one thread: several engines train side by side instead.',
    ],
  };
}

function floatTensorsOf(weights: Weights): Uint8Array {
  return Buffer.concat([...weights.values()].filter(({ dtype }) => dtype === 'F32').map(({ bytes }) => bytes));
}
