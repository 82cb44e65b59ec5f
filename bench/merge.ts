import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildArchitecture } from '../main/architectures/build.ts';
import { initialWeights } from '../main/architectures/initialize.ts';
import { writeCheckpoint } from '../main/checkpoints/write-checkpoint.ts';
import type { BenchContext, BenchReport, BenchTable, BenchTarget } from './bench.ts';
import { alternate, type CommandMeasurement, measureCommand, median } from './measure.ts';
import { round } from './report.ts';

const STOCKPOT = fileURLToPath(new URL('../main/cli/stockpot.mjs', import.meta.url));
const LOOP = fileURLToPath(new URL('peers/merge_loop.py', import.meta.url));
const ACCURACY = fileURLToPath(new URL('peers/merge_accuracy.py', import.meta.url));
const COUNT = 5;

/** A command, and the part of it that is merging proper (reading and writing included), where it tells. */
interface MergeMeasurement extends CommandMeasurement {
  readonly mergeSeconds: number | undefined;
}

/** Averages five ResNet-50 checkpoints (F32, torchvision's names), whole commands, against whoever else can. */
export async function bench(context: BenchContext): Promise<BenchReport> {
  context.log(`Writing ${COUNT} ResNet-50 checkpoints`);
  const inputs = writeInputs(context.folder);
  const ours = (...parameters: readonly string[]) => stockpot(context, inputs, parameters);
  const variants = {
    'stockpot merge': () => ours(),
    'stockpot merge --accumulate f32': () => ours('--accumulate', 'f32'),
    'stockpot merge --threads 2': () => ours('--threads', '2'),
    'stockpot merge --hash': () => ours('--hash'),
  };
  const peers = context.peers === undefined ? {} : peerCommands(context, context.peers, inputs);
  // Once unmeasured: files into the page cache, compiled code into the caches of Node and Python.
  context.log('Warming up');
  await alternate(1, { ...variants, ...peers });
  context.log(`Measuring ${context.repeats} rounds`);
  const results = await alternate<string, MergeMeasurement>(context.repeats, { ...variants, ...peers });
  const accuracy = context.peers === undefined ? undefined : await accuracyTable(context, context.peers, inputs);
  return {
    title: `Merging ${COUNT} ResNet-50 checkpoints`,
    tables: [speedTable(results), ...(accuracy === undefined ? [] : [accuracy.table])],
    targets: [...speedTargets(results), ...(accuracy === undefined ? [] : accuracy.targets)],
    notes: [
      'Wall time and largest resident set of whole commands; "merge" is the part after start-up and imports.',
      "Every file is in the page cache. Stockpot syncs its output to the disk before it renames it; the others don't.",
    ],
  };
}

function writeInputs(folder: string): readonly string[] {
  const architecture = buildArchitecture({ family: 'resnet', depth: 50, inputShape: [3, 224, 224], classes: 1000 });
  return Array.from({ length: COUNT }, (_, i) => {
    const path = join(folder, `ingredient-${i}.safetensors`);
    const weights = initialWeights(architecture, i + 1);
    writeCheckpoint(path, 'safetensors', weights);
    // The accuracy check reads the same weights from both formats.
    if (i % 2 === 1) writeCheckpoint(join(folder, `ingredient-${i}.pt`), 'pytorch-zip', weights);
    return path;
  });
}

async function stockpot(
  { folder }: BenchContext,
  inputs: readonly string[],
  parameters: readonly string[],
  output = 'merged-by-stockpot.safetensors',
): Promise<MergeMeasurement> {
  rmSync(join(folder, output), { force: true });
  const merge = [STOCKPOT, 'merge', ...inputs, '-o', output, '--json', ...parameters];
  const measured = await measureCommand(process.execPath, merge, folder);
  const { seconds } = JSON.parse(measured.stdout) as { readonly seconds: number };
  return { ...measured, mergeSeconds: seconds };
}

function peerCommands(
  { folder }: BenchContext,
  python: string,
  inputs: readonly string[],
): Readonly<Record<string, () => Promise<MergeMeasurement>>> {
  const config = join(folder, 'mergekit.yml');
  const models = inputs.map((path) => `  - model: ${path}\n    parameters:\n      weight: ${1 / inputs.length}\n`);
  writeFileSync(config, `merge_method: linear\ndtype: float32\nmodels:\n${models.join('')}`);
  const output = join(folder, 'merged-by-mergekit');
  return {
    'mergekit-pytorch': async () => {
      rmSync(output, { recursive: true, force: true });
      const measured = await measureCommand(join(dirname(python), 'mergekit-pytorch'), [config, output], folder);
      return { ...measured, mergeSeconds: undefined };
    },
    'PyTorch loop': async () => {
      const measured = await measureCommand(python, [LOOP, 'merged-by-loop.safetensors', ...inputs], folder);
      return { ...measured, mergeSeconds: Number(measured.stdout) };
    },
  };
}

type Results = Readonly<Record<string, readonly MergeMeasurement[]>>;

function speedTable(results: Results): BenchTable {
  const reference = figuresOf(results['stockpot merge']!);
  const rows = Object.entries(results).map(([name, measurements]) => {
    const { wall, merge, peak } = figuresOf(measurements);
    const shown = (value: number | undefined, unit: string): string =>
      value === undefined ? '–' : `${round(value)} ${unit}`;
    return [name, shown(wall, 's'), shown(merge, 's'), shown(peak, 'MB'), `${round(wall / reference.wall)} ×`];
  });
  return { title: 'Speed and memory (medians)', columns: ['', 'wall', 'merge', 'peak memory', 'wall ratio'], rows };
}

function figuresOf(measurements: readonly MergeMeasurement[]) {
  const known = (values: readonly (number | undefined)[]): number | undefined =>
    values.every((value) => value !== undefined) ? median(values) : undefined;
  return {
    wall: median(measurements.map((each) => each.seconds)),
    merge: known(measurements.map((each) => each.mergeSeconds)),
    peak: known(measurements.map((each) => each.peakMegabytes)),
  };
}

function speedTargets(results: Results): readonly BenchTarget[] {
  const mergekit = results['mergekit-pytorch'];
  const loop = results['PyTorch loop'];
  if (mergekit === undefined || loop === undefined) return [];
  const ours = figuresOf(results['stockpot merge']!);
  const theirs = figuresOf(mergekit);
  const ratio = (name: string, a: number | undefined, b: number | undefined, limit: number): readonly BenchTarget[] =>
    a === undefined || b === undefined ? [] : [{ name, measured: a / b, limit, unit: '×' }];
  return [
    ...ratio('wall time of the command, of mergekit-pytorch', ours.wall, theirs.wall, 1 / 10),
    ...ratio('peak memory, of mergekit-pytorch', ours.peak, theirs.peak, 1 / 4),
    ...ratio('the merge itself, of the PyTorch loop', ours.merge, figuresOf(loop).merge, 1),
  ];
}

async function accuracyTable(
  context: BenchContext,
  python: string,
  inputs: readonly string[],
): Promise<{ readonly table: BenchTable; readonly targets: readonly BenchTarget[] }> {
  context.log('Comparing with NumPy in float64');
  const mixed = inputs.map((path, i) => (i % 2 === 1 ? path.replace('.safetensors', '.pt') : path));
  const cases = [
    { name: 'uniform', files: inputs, weights: inputs.map(() => 1 / inputs.length), accumulate: 'f64' },
    {
      name: 'uniform, .pt and safetensors',
      files: mixed,
      weights: inputs.map(() => 1 / inputs.length),
      accumulate: 'f64',
    },
    { name: 'weights of either sign', files: mixed, weights: [0.9, -0.4, 0.7, -0.5, 0.3], accumulate: 'f64' },
    { name: 'uniform, summed in f32', files: inputs, weights: inputs.map(() => 1 / inputs.length), accumulate: 'f32' },
  ] as const;
  const rows: string[][] = [];
  const targets: BenchTarget[] = [];
  for (const { name, files, weights, accumulate } of cases) {
    const output = `accuracy-${rows.length}.safetensors`;
    const list = `--weights=${weights.join(',')}`;
    await stockpot(context, files, [list, '--no-normalize', '--accumulate', accumulate], output);
    const { stdout } = await measureCommand(python, [ACCURACY, weights.join(','), output, ...files], context.folder);
    const found = JSON.parse(stdout) as { largestRelativeError: number; differingFromOneRounding: number };
    rows.push([name, found.largestRelativeError.toExponential(2), String(found.differingFromOneRounding)]);
    if (accumulate === 'f64') {
      targets.push({ name: `relative error, ${name}`, measured: found.largestRelativeError, limit: 1e-6, unit: '' });
    }
  }
  const columns = ['', 'largest relative error', 'elements that differ from one rounding'];
  return { table: { title: 'Against NumPy in float64', columns, rows }, targets };
}
