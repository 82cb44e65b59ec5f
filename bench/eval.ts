import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildArchitecture } from '../main/architectures/build.ts';
import { initialWeights } from '../main/architectures/initialize.ts';
import type { Weights } from '../main/checkpoints/checkpoint.ts';
import { openIdx } from '../main/data/idx.ts';
import { MNIST_NORMALIZATION, mnistFiles } from '../main/data/mnist.ts';
import { openOnnxRuntime } from '../main/runtimes/onnx/onnx-runtime.ts';
import type { Session } from '../main/runtimes/runtime.ts';
import type { BenchContext, BenchReport } from './bench.ts';
import { alternate, median } from './measure.ts';
import { PythonPeer } from './peers/python-peer.ts';
import { round } from './report.ts';

const BATCHES = [32, 64, 128, 256, 512];
const LAYOUTS = ['contiguous', 'channels_last'] as const;
const PIXELS = 28 * 28;
const OURS = 'onnx runtime';
const THEIRS = 'PyTorch';

const architecture = buildArchitecture({
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [16, 32],
  hidden: 32,
  classes: 10,
});

/** One way of running the network: settings to choose from, and the time of a pass over all images with one of them. */
interface Contender {
  readonly version: string;
  readonly settings: readonly string[];
  pass(setting: string): Promise<number>;
}

/**
 * Forward passes of the demo's network over MNIST's 10,000 test images: ONNX Runtime on the CPU against PyTorch, in turns,
 * each with all cores and at its own best batch size (PyTorch at its best memory layout as well).
 */
export async function bench(context: BenchContext): Promise<BenchReport> {
  const threads = availableParallelism();
  const images = await testImages();
  const weights = initialWeights(architecture, 1);
  const runtime = await openOnnxRuntime({ threads });
  const session = await runtime.open(architecture.graph, weights);
  const ours: Contender = {
    version: runtime.identity,
    settings: BATCHES.map(String),
    pass: async (setting) => (await forwardPass(session, images, Number(setting))).seconds,
  };
  context.log('Timing the opening of sessions');
  const opening = await timeToOpen(() => runtime.open(architecture.graph, weights));
  const notes = [`Opening and disposing of a session with new weights takes ${round(opening * 1e3)} ms.`];
  if (context.peers === undefined) {
    const report = await race(context, { [OURS]: ours }, threads, notes);
    await session.dispose();
    return report;
  }
  writeFileSync(join(context.folder, 'input.f32'), bytesOf(images));
  writeFileSync(join(context.folder, 'weights.f32'), floatTensorsOf(weights));
  using peer = await PythonPeer.start('./eval.py', [context.folder, String(threads)], context.peers);
  const theirs: Contender = {
    version: await peer.nextLine(),
    settings: BATCHES.flatMap((batch) => LAYOUTS.map((layout) => `${batch} ${layout}`)),
    pass: async (setting) => Number(await peer.ask(setting)),
  };
  await theirs.pass(theirs.settings[0]!);
  const { logits } = await forwardPass(session, images, BATCHES[0]!);
  const difference = relativeDifference(logits, floatsOf(readFileSync(join(context.folder, 'pytorch.f32'))));
  notes.push(`Largest difference of a logit between the two, relative to the largest: ${difference.toExponential(1)}.`);
  const report = await race(context, { [OURS]: ours, [THEIRS]: theirs }, threads, notes);
  await session.dispose();
  return report;
}

async function race(
  context: BenchContext,
  contenders: Readonly<Record<string, Contender>>,
  threads: number,
  notes: readonly string[],
): Promise<BenchReport> {
  const best = new Map<string, string>();
  for (const [name, contender] of Object.entries(contenders)) {
    context.log(`Looking for the best batch size of ${name}`);
    best.set(name, await fastest(contender));
  }
  context.log(`Measuring ${context.repeats} rounds`);
  const measurements = Object.fromEntries(
    Object.entries(contenders).map(([name, { pass }]) => [name, () => pass(best.get(name)!)]),
  );
  const seconds = await alternate(context.repeats, measurements);
  const medians = Object.entries(seconds).map(([name, values]) => [name, median(values)] as const);
  const [[, ours], theirs] = [medians[0]!, medians[1]];
  return {
    title: `Forward passes of ${architecture.name} over 10,000 images`,
    tables: [
      {
        title: `CPU, ${threads} threads`,
        columns: ['', 'version', 'batch', 'ms', 'images/s', `× ${THEIRS}`],
        rows: medians.map(([name, value]) => [
          name,
          contenders[name]!.version,
          best.get(name)!,
          round(value * 1e3),
          String(Math.round(10_000 / value)),
          theirs === undefined ? '' : round(value / theirs[1]),
        ]),
      },
    ],
    targets:
      theirs === undefined ? [] : [{ name: `time / ${THEIRS}'s`, measured: ours / theirs[1], limit: 1, unit: 'ratio' }],
    notes,
  };
}

async function forwardPass(
  session: Session,
  images: Float32Array,
  batch: number,
): Promise<{ readonly seconds: number; readonly logits: Float32Array }> {
  const count = images.length / PIXELS;
  const { classes } = architecture.spec;
  const logits = new Float32Array(count * classes);
  const start = performance.now();
  for (let first = 0; first < count; first += batch) {
    const size = Math.min(batch, count - first);
    const data = images.subarray(first * PIXELS, (first + size) * PIXELS);
    const output = await session.run({ input: { shape: [size, 1, 28, 28], data } });
    logits.set(output.data, first * classes);
  }
  return { seconds: (performance.now() - start) / 1e3, logits };
}

/** The setting with the shorter pass of two; the first also warms it up. */
async function fastest({ settings, pass }: Contender): Promise<string> {
  let best = { setting: '', seconds: Number.POSITIVE_INFINITY };
  for (const setting of settings) {
    const seconds = Math.min(await pass(setting), await pass(setting));
    if (seconds < best.seconds) best = { setting, seconds };
  }
  return best.setting;
}

/** Seconds to open and dispose of a session, on average: what each candidate of a greedy recipe pays beside its passes. */
async function timeToOpen(open: () => Promise<Session>): Promise<number> {
  const repetitions = 100;
  const start = performance.now();
  for (let i = 0; i < repetitions; i++) await (await open()).dispose();
  return (performance.now() - start) / 1e3 / repetitions;
}

async function testImages(): Promise<Float32Array> {
  const file = await openIdx(mnistFiles('test').images);
  const bytes = new Uint8Array(file.rowCount * file.rowLength);
  file.readRows(0, bytes);
  file.close();
  const [mean, std] = [MNIST_NORMALIZATION.mean[0]!, MNIST_NORMALIZATION.std[0]!];
  return Float32Array.from(bytes, (value) => (value / 255 - mean) / std);
}

function floatTensorsOf(weights: Weights): Uint8Array {
  return Buffer.concat([...weights.values()].filter(({ dtype }) => dtype === 'F32').map(({ bytes }) => bytes));
}

function relativeDifference(found: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return expected.reduce((largest, value, index) => Math.max(largest, Math.abs(value - found[index]!)), 0) / scale;
}

function bytesOf(floats: Float32Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}

function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}
