import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { evaluateFiles } from '../../main/backend/evaluations/evaluate-files.ts';
import { normalizationEntry } from '../../main/backend/ingredients/normalization.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { dataSourceSchema } from '../../main/data/source.ts';
import type { Normalization } from '../../main/data/split.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld, TOY_ARCHITECTURE, type ToyWorld, toyRecipe } from './toy-world.ts';

let world: ToyWorld;
let backend: Backend;

beforeAll(async () => {
  world = makeToyWorld();
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: createNodeProcessHost(),
    poolSize: { size: 1, threadsPerEngine: 1 },
  });
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

async function remarksOn(text: string): Promise<readonly string[]> {
  const recipe = join(world.folder, 'changed.yml');
  writeFileSync(recipe, text);
  const remarks: string[] = [];
  await cookFile(backend, recipe, (event) => {
    if (event.kind === 'remark') remarks.push(`${event.about}: ${event.remark}`);
  });
  return remarks;
}

const normalized = (text: string): string =>
  text.replaceAll(', labels:', ', normalization: { mean: [0.5], std: [0.25] }, labels:');

test('splits apart from each other and normalised need no remark', async () => {
  expect(await remarksOn(normalized(toyRecipe('uniform')))).toEqual([]);
});

test('samples that a test set shares with the selection split are counted, damaged ones too', async () => {
  const text = normalized(toyRecipe('uniform')).replace('from: 0, to: 120', 'from: 0, to: 130');
  expect(await remarksOn(text)).toEqual([
    'clean: 10 of its 240 samples are in the selection split too; scores on them flatter',
    'noisy: 10 of its 240 samples are in the selection split too; scores on them flatter',
  ]);
});

test('samples that were found to look alike are told, once somebody has looked', async () => {
  const text = normalized(toyRecipe('uniform'));
  await remarksOn(text);
  const { id } = backend.projects.get('toy');
  const splits = backend.datasets.list(id).flatMap((dataset) => dataset.splits);
  const found = [{ seenRow: 3, scoredRow: 5, correlation: 0.995, shift: [0, 1] as const }];
  const [seen, scored] = ['selection', 'clean'].map((name) => splits.find((split) => split.name === name)!.key);
  backend.datasets.nearDuplicates.set(`${seen} ${scored}`, found);
  expect(await remarksOn(text)).toEqual([
    'clean: 1 of its 240 samples look nearly the same as ones in the selection split; if they are copies, scores on them flatter',
  ]);
  backend.datasets.nearDuplicates.clear();
});

test('a missing normalization is pointed out once', async () => {
  const remarks = await remarksOn(toyRecipe('uniform'));
  expect(remarks).toHaveLength(1);
  expect(remarks[0]).toMatch(/^selection, clean, noisy: no normalization is given/);
});

/** Says in each of the toy world's safetensors files how its images were normalised; returns those files. */
async function say(mean: number): Promise<readonly string[]> {
  const paths = world.checkpoints.filter((path) => path.endsWith('.safetensors'));
  for (const path of paths) {
    const checkpoint = await openCheckpoint(path);
    const weights = readWeights(checkpoint);
    checkpoint.close();
    writeCheckpoint(path, 'safetensors', weights, normalizationEntry({ mean: [mean], std: [0.25] }));
  }
  return paths;
}

test('checkpoints that say how images were normalised are scored like that', async () => {
  const files = (await say(0.5)).map((path) => ({ path, name: path }));
  const source = { format: 'idx', images: join(world.folder, 'images.idx'), labels: join(world.folder, 'labels.idx') };
  const score = async (normalization?: Normalization): Promise<readonly [readonly unknown[], readonly string[]]> => {
    const all = dataSourceSchema.parse(normalization === undefined ? source : { ...source, normalization });
    const request = { files, splits: { all }, runtime: { runtime: 'onnx', device: 'cpu' }, ensembles: false } as const;
    const remarks: string[] = [];
    const onRemark = (remark: string): void => void remarks.push(remark);
    const spec = { architecture: TOY_ARCHITECTURE };
    const rows = await evaluateFiles(backend.evaluations, backend.paths.splits, { ...request, ...spec }, { onRemark });
    return [rows.map(({ scores }) => scores.all!.loss), remarks];
  };
  const [left, remarks] = await score();
  const [named, none] = await score({ mean: [0.5], std: [0.25] });
  const [plain] = await score({ mean: [0], std: [1] });
  expect(left).toEqual(named);
  expect(left).not.toEqual(plain);
  expect(remarks).toEqual(['all: normalised as the checkpoints say: mean 0.5, std 0.25']);
  expect(none).toEqual([]);
});

test('cooking on images normalised otherwise than the ingredients say is remarked on', async () => {
  await say(0.1);
  const only = (text: string): string => normalized(text).replace(/^ {2}- path: models\/model-1.*\n.*\n/m, '');
  expect(await remarksOn(only(toyRecipe('uniform')))).toEqual([
    expect.stringMatching(/^selection, clean, noisy: the ingredients were trained on .* mean 0.1, std 0.25/),
  ]);
  await say(0.5);
  expect(await remarksOn(only(toyRecipe('uniform')))).toEqual([]);
});
