import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ingredient } from '../db/repositories/ingredients.ts';
import type { ArchitectureSpec } from '../main/architectures/architecture.ts';
import { type Backend, createBackend } from '../main/backend/backend.ts';
import type { PreparedSplit } from '../main/backend/datasets/service.ts';
import { exportProject } from '../main/backend/projects/file/export.ts';
import { SAMPLE_FILE, SAMPLE_NAME } from '../main/backend/projects/sample.ts';
import { type MnistSplits, mnistSplits } from '../main/data/mnist.ts';
import { createNodeProcessHost } from '../main/engine/node-process-host.ts';
import type { TrainingConfig } from '../main/engine/protocol.ts';
import { articlePresets, basePreset } from '../main/engine/training/presets.ts';

/** Makes the sample project that Stockpot brings along: the demo in small, cooked and scored. `node bench/make-sample.ts` */

const SEED = 1;
const TRAINING_IMAGES = 4000;
const CLEAN_IMAGES = 600;
const SELECTION_IMAGES = 400;
const SHIFTED_IMAGES = 250;
const SHIFTED = ['gaussian-noise', 'impulse-noise', 'blur', 'rotation'];

const ARCHITECTURE: ArchitectureSpec = {
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [8, 16],
  hidden: 16,
  classes: 10,
};

const RECIPES = [
  { recipe: 'uniform', options: {} },
  { recipe: 'performance-weighted', options: {} },
  { recipe: 'greedy', options: { order: 'sorted' } },
] as const;

const NOTES =
  'A small convolutional network, fine-tuned five times from one base on handwritten digits (MNIST), and three soups of it. ' +
  'Everything in it can be cooked again: change a recipe in the kitchen and see what happens.';

interface Splits {
  readonly train: PreparedSplit;
  readonly selection: PreparedSplit;
  readonly tests: readonly PreparedSplit[];
}

const folder = mkdtempSync(join(tmpdir(), 'stockpot-sample-'));
const backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
try {
  const { id } = backend.projects.create(SAMPLE_NAME, '');
  backend.projects.describe(id, NOTES, ['sample']);
  const splits = await prepare(backend, id);
  const ingredients = await train(backend, id, splits);
  for (const recipe of RECIPES) console.log(await cook(backend, id, recipe, ingredients, splits));
  const request = { projectId: id, path: SAMPLE_FILE, checkpoints: true, data: true };
  const { byteSize } = await exportProject(backend, request, {});
  console.log(`${SAMPLE_FILE}: ${byteSize} bytes`);
} finally {
  await backend.close();
  rmSync(folder, { recursive: true });
}

async function prepare({ datasets }: Backend, projectId: number): Promise<Splits> {
  const { train, selection, tests } = mnistSplits(SEED, { train: TRAINING_IMAGES, test: CLEAN_IMAGES });
  const split = (role: PreparedSplit['role'], name: string, source: PreparedSplit['source']) =>
    datasets.prepare({ projectId, dataset: 'MNIST', role, name, source });
  const shifted = tests.filter(({ name }) => SHIFTED.includes(name));
  const prepared: PreparedSplit[] = [await split('test', 'clean', tests[0]!.source)];
  for (const { name, source } of shifted) prepared.push(await split('test', name, shortened(source, SHIFTED_IMAGES)));
  return {
    train: await split('train', 'train', train),
    selection: await split('selection', 'selection', shortened(selection, SELECTION_IMAGES)),
    tests: prepared,
  };
}

function shortened(source: MnistSplits['train'], count: number): MnistSplits['train'] {
  const rows = source.rows!;
  return { ...source, rows: { ...rows, to: rows.from + count } };
}

async function train(
  { ingredients }: Backend,
  projectId: number,
  { train, selection }: Splits,
): Promise<readonly Ingredient[]> {
  const short = (config: TrainingConfig): TrainingConfig => ({ ...config, samplesPerEpoch: TRAINING_IMAGES });
  const common = { projectId, architecture: ARCHITECTURE, train, selection, device: 'wasm' };
  const fresh = { kind: 'fresh', seed: SEED } as const;
  const { ingredient: base } = await ingredients.train({
    ...common,
    name: 'base',
    initial: fresh,
    config: short(basePreset(SEED)),
  });
  const tuned: Ingredient[] = [];
  for (const { name, config } of articlePresets(SEED)) {
    const request = { ...common, name, initial: { kind: 'from', base } as const, config: short(config) };
    tuned.push((await ingredients.train(request)).ingredient);
  }
  return tuned;
}

async function cook(
  { runs }: Backend,
  projectId: number,
  { recipe, options }: (typeof RECIPES)[number],
  ingredients: readonly Ingredient[],
  splits: Splits,
): Promise<string> {
  const events = runs.cook({
    projectId,
    recipe,
    options,
    architecture: ARCHITECTURE,
    ingredients: ingredients.map((ingredient) => ({ ingredient, name: ingredient.name })),
    ...splits,
    runtime: { runtime: 'onnx', device: 'cpu' },
    seed: SEED,
    accumulate: 'f32',
    dtype: 'keep',
    reuseFinished: true,
  });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value.run.summary ?? '';
  }
}
