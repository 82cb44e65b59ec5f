import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildArchitecture } from '../main/architectures/build.ts';
import { initialWeights } from '../main/architectures/initialize.ts';
import type { Checkpoint, TensorValue } from '../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../main/checkpoints/open.ts';
import { writeCheckpoint } from '../main/checkpoints/write-checkpoint.ts';
import { Random } from '../main/random.ts';
import type { BenchContext, BenchReport, BenchTable, BenchTarget } from './bench.ts';
import { alternate, type CommandMeasurement, measureCommand, median } from './measure.ts';
import { round } from './report.ts';

const STOCKPOT = fileURLToPath(new URL('../main/cli/stockpot.mjs', import.meta.url));
const COUNT = 5;

/** Added to every value of freshly initialised networks, so that no tensor is zero: mergekit's multislerp ends with an error at those. */
const NOISE = 0.02;

/** How far a value may be from mergekit's, relative to the largest of its tensor, to count as the same. */
const SAME = 1e-5;

interface MergeCase {
  readonly method: string;
  /** How many of the checkpoints it gets, its base among them. */
  readonly inputs: number;
  readonly hasBase?: boolean;
  readonly shared?: Readonly<Record<string, number | string | boolean>>;
  readonly each?: Readonly<Record<string, number>>;
  /** Looks at one element at a time. */
  readonly isElementwise?: boolean;
  /** Draws lots, or follows mergekit where that rounds or guesses, so that single elements differ. */
  readonly isRandom?: boolean;
  /** mergekit's norms over millions of f32 values are off by more than is allowed here; its values in f64 are what counts. */
  readonly isComparedInDoubles?: boolean;
  /** What mergekit does not have. */
  readonly isOurs?: boolean;
}

const WEIGHT = { weight: 0.3 };
const SPARSE = { ...WEIGHT, density: 0.5 };

const CASES: Readonly<Record<string, MergeCase>> = {
  linear: { method: 'linear', inputs: 5, each: WEIGHT, isElementwise: true },
  slerp: { method: 'slerp', inputs: 2, hasBase: true, shared: { t: 0.4 } },
  nuslerp: { method: 'nuslerp', inputs: 2, each: WEIGHT },
  multislerp: { method: 'multislerp', inputs: 5, each: WEIGHT, isComparedInDoubles: true },
  karcher: { method: 'karcher', inputs: 5, isComparedInDoubles: true },
  task_arithmetic: { method: 'task_arithmetic', inputs: 5, hasBase: true, each: WEIGHT, isElementwise: true },
  ties: { method: 'ties', inputs: 5, hasBase: true, each: SPARSE },
  dare_linear: { method: 'dare_linear', inputs: 5, hasBase: true, each: SPARSE, isRandom: true },
  'dare_linear, by density': {
    method: 'dare_linear',
    inputs: 5,
    hasBase: true,
    shared: { rescale_by: 'density' },
    each: SPARSE,
    isElementwise: true,
    isOurs: true,
  },
  dare_ties: { method: 'dare_ties', inputs: 5, hasBase: true, each: SPARSE, isRandom: true },
  della: { method: 'della', inputs: 5, hasBase: true, each: SPARSE, isRandom: true },
  della_linear: { method: 'della_linear', inputs: 5, hasBase: true, each: SPARSE, isRandom: true },
  breadcrumbs: { method: 'breadcrumbs', inputs: 5, hasBase: true, each: SPARSE },
  breadcrumbs_ties: { method: 'breadcrumbs_ties', inputs: 5, hasBase: true, each: SPARSE },
  model_stock: { method: 'model_stock', inputs: 5, hasBase: true, isComparedInDoubles: true },
  nearswap: { method: 'nearswap', inputs: 2, hasBase: true, shared: { t: 0.01 }, isElementwise: true },
  // mergekit draws the sample that it estimates quartiles from.
  arcee_fusion: { method: 'arcee_fusion', inputs: 2, hasBase: true, isRandom: true },
  sce: { method: 'sce', inputs: 5, hasBase: true, shared: { select_topk: 0.5 } },
  ram: { method: 'ram', inputs: 5, hasBase: true, isElementwise: true },
  ramplus_tl: { method: 'ramplus_tl', inputs: 5, hasBase: true },
  passthrough: { method: 'passthrough', inputs: 1, each: { scale: 0.5 }, isElementwise: true },
};

interface Measured {
  readonly name: string;
  readonly own: MergeCase;
  readonly ours: Figures;
  readonly theirs: Figures | undefined;
  /** The uniform soup of as many checkpoints. */
  readonly soup: Figures;
  /** The share of elements that differ from mergekit's; undefined for random methods. */
  readonly differing: number | undefined;
}

interface Figures {
  readonly wall: number;
  /** The part after start-up, for Stockpot. */
  readonly merge: number | undefined;
  readonly peak: number | undefined;
}

interface MergeMeasurement extends CommandMeasurement {
  readonly mergeSeconds: number | undefined;
}

/** Every merge method on the same ResNet-50 checkpoints (F32), the same YAML through Stockpot and mergekit, whole commands. */
export async function bench(context: BenchContext): Promise<BenchReport> {
  context.log(`Writing ${COUNT} ResNet-50 checkpoints`);
  const inputs = writeInputs(context.folder);
  context.log('Warming up');
  await stockpot(context.folder, inputs);
  const results: Measured[] = [];
  for (const [name, own] of Object.entries(CASES)) {
    context.log(name);
    const measured = await measureCase(context, name, own, inputs);
    context.log(`  ${rowOf(measured).slice(2).join(', ')}`);
    results.push(measured);
  }
  return {
    title: `Every merge method on ${COUNT} ResNet-50 checkpoints`,
    tables: [tableOf(results)],
    targets: results.flatMap(targetsOf),
    notes: [
      'Wall time and largest resident set of whole commands, medians; "merge" is the part after start-up, compared with that of a uniform soup of as many files.',
      `"differing": elements further from mergekit's than ${SAME} of their tensor's largest value. Thresholds fall between different elements where equal magnitudes meet, which mergekit's sort leaves to chance. multislerp, karcher and model_stock are compared with what mergekit makes in f64: its norms over millions of f32 values are off by up to 6e-5.`,
      'Every file is in the page cache. Stockpot syncs its output to the disk before it renames it; mergekit does not.',
    ],
  };
}

function writeInputs(folder: string): readonly string[] {
  const architecture = buildArchitecture({ family: 'resnet', depth: 50, inputShape: [3, 224, 224], classes: 1000 });
  return Array.from({ length: COUNT }, (_, i) => {
    const path = join(folder, `ingredient-${i}.safetensors`);
    const weights = new Map(
      [...initialWeights(architecture, i + 1)].map(([name, value]) => [name, noisy(name, value, i)]),
    );
    writeCheckpoint(path, 'safetensors', weights);
    return path;
  });
}

function noisy(name: string, value: TensorValue, seed: number): TensorValue {
  if (value.dtype !== 'F32') return value;
  const random = new Random(seed, 'noise', name);
  const values = new Float32Array(value.bytes.slice().buffer);
  for (const [i, each] of values.entries()) values[i] = each + NOISE * random.normal();
  return { ...value, bytes: new Uint8Array(values.buffer) };
}

async function measureCase(
  context: BenchContext,
  name: string,
  own: MergeCase,
  inputs: readonly string[],
): Promise<Measured> {
  const { folder, peers, repeats } = context;
  const config = join(folder, `${own.method}.yml`);
  writeFileSync(config, yamlOf(own, inputs));
  const theirFolder = join(folder, 'merged-by-mergekit');
  const ourFile = join(folder, 'merged-by-stockpot.safetensors');
  // The soup comes first, so that what is compared with mergekit's is the method's.
  const run = { soup: () => stockpot(folder, inputs.slice(0, own.inputs)), ours: () => stockpot(folder, [config]) };
  const isPaired = peers !== undefined && own.isOurs !== true;
  const runs = await alternate<string, MergeMeasurement>(
    repeats,
    isPaired ? { ...run, theirs: () => mergekit(folder, peers, config, theirFolder) } : run,
  );
  if (isPaired && own.isComparedInDoubles === true) {
    writeFileSync(config, yamlOf(own, inputs).replace('dtype: float32', 'dtype: float64'));
    await mergekit(folder, peers, config, theirFolder);
  }
  const differing = isPaired && own.isRandom !== true ? await differingShare(ourFile, fileIn(theirFolder)) : undefined;
  return {
    name,
    own,
    ours: figuresOf(runs.ours!),
    theirs: runs.theirs === undefined ? undefined : figuresOf(runs.theirs),
    soup: figuresOf(runs.soup!),
    differing,
  };
}

function yamlOf({ method, inputs, hasBase, shared, each }: MergeCase, files: readonly string[]): string {
  const list = (values: Readonly<Record<string, unknown>>): string =>
    Object.entries(values)
      .map(([option, value]) => `${option}: ${value}`)
      .join(', ');
  const models = files
    .slice(0, inputs)
    .map((path) => `  - model: ${path}\n${each === undefined ? '' : `    parameters: {${list(each)}}\n`}`);
  return [
    `merge_method: ${method}\ndtype: float32\n`,
    hasBase === true ? `base_model: ${files[0]}\n` : '',
    shared === undefined ? '' : `parameters: {${list(shared)}}\n`,
    `models:\n${models.join('')}`,
  ].join('');
}

async function stockpot(folder: string, inputs: readonly string[]): Promise<MergeMeasurement> {
  const output = 'merged-by-stockpot.safetensors';
  rmSync(join(folder, output), { force: true });
  const measured = await measureCommand(
    process.execPath,
    [STOCKPOT, 'merge', ...inputs, '-o', output, '--json'],
    folder,
  );
  const { seconds } = JSON.parse(measured.stdout) as { readonly seconds: number };
  return { ...measured, mergeSeconds: seconds };
}

async function mergekit(folder: string, python: string, config: string, output: string): Promise<MergeMeasurement> {
  rmSync(output, { recursive: true, force: true });
  const measured = await measureCommand(join(dirname(python), 'mergekit-pytorch'), [config, output], folder);
  return { ...measured, mergeSeconds: undefined };
}

function fileIn(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.safetensors'))!);
}

async function differingShare(ourFile: string, theirFile: string): Promise<number> {
  const [ours, theirs] = [await openCheckpoint(ourFile), await openCheckpoint(theirFile)];
  try {
    let [differing, total] = [0, 0];
    for (const { name, dtype, elementCount } of ours.tensors.values()) {
      if (dtype !== 'F32') continue;
      const [a, b] = [floatsOf(ours, name), floatsOf(theirs, name)];
      let largest = 0;
      for (const value of b) largest = Math.max(largest, Math.abs(value));
      for (let i = 0; i < elementCount; i++) if (!(Math.abs(a[i]! - b[i]!) <= SAME * largest)) differing++;
      total += elementCount;
    }
    return differing / total;
  } finally {
    ours.close();
    theirs.close();
  }
}

function floatsOf(checkpoint: Checkpoint, name: string): Float32Array | Float64Array {
  const { dtype, byteLength } = checkpoint.tensors.get(name)!;
  const bytes = new Uint8Array(byteLength);
  checkpoint.read(name, 0, bytes);
  return dtype === 'F64' ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer);
}

function figuresOf(measurements: readonly MergeMeasurement[]): Figures {
  const known = (values: readonly (number | undefined)[]): number | undefined =>
    values.every((value) => value !== undefined) ? median(values) : undefined;
  return {
    wall: median(measurements.map(({ seconds }) => seconds)),
    merge: known(measurements.map(({ mergeSeconds }) => mergeSeconds)),
    peak: known(measurements.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

function tableOf(results: readonly Measured[]): BenchTable {
  return {
    title: 'Stockpot and mergekit-pytorch',
    columns: ['', 'files', 'wall', 'mergekit', 'faster', 'merge', 'of a soup', 'peak', 'mergekit', 'differing'],
    rows: results.map(rowOf),
  };
}

function rowOf({ name, own, ours, theirs, soup, differing }: Measured): readonly string[] {
  const shown = (value: number | undefined, unit: string): string =>
    value === undefined ? '–' : `${round(value)} ${unit}`.trim();
  return [
    name,
    String(own.inputs),
    shown(ours.wall, 's'),
    shown(theirs?.wall, 's'),
    shown(theirs && theirs.wall / ours.wall, '×'),
    shown(ours.merge, 's'),
    shown(ours.merge && soup.merge && ours.merge / soup.merge, '×'),
    shown(ours.peak, 'MB'),
    shown(theirs?.peak, 'MB'),
    shown(differing, ''),
  ];
}

function targetsOf({ name, own, ours, theirs, soup, differing }: Measured): readonly BenchTarget[] {
  const ratio = (what: string, a: number | undefined, b: number | undefined, limit: number): readonly BenchTarget[] =>
    a === undefined || b === undefined ? [] : [{ name: `${name}: ${what}`, measured: a / b, limit, unit: '×' }];
  return [
    ...ratio('wall time, of mergekit', ours.wall, theirs?.wall, 1),
    ...ratio('peak memory, of mergekit', ours.peak, theirs?.peak, 1),
    ...(own.isElementwise === true ? ratio('the merge itself, of a uniform soup', ours.merge, soup.merge, 3) : []),
    ...(differing === undefined
      ? []
      : [{ name: `${name}: elements that differ`, measured: differing, limit: 1e-6, unit: '' }]),
  ];
}
