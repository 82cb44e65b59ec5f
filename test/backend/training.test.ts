import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import type { PreparedSplit } from '../../main/backend/datasets/service.ts';
import type { Trained, TrainRequest } from '../../main/backend/ingredients/training.ts';
import { type CountingHost, countingHost } from './counting-host.ts';
import { makeToyWorld, TOY_CLASSES, TOY_SIDE, type ToyWorld } from './toy-world.ts';

const ARCHITECTURE = {
  family: 'cnn',
  inputShape: [1, TOY_SIDE, TOY_SIDE],
  channels: [4],
  hidden: 0,
  classes: TOY_CLASSES,
} as const;

const CONFIG = {
  optimizer: 'adam',
  learningRate: 0.01,
  weightDecay: 0,
  momentum: 0.9,
  epochs: 2,
  batchSize: 20,
  schedule: 'cosine',
  labelSmoothing: 0,
  augmentation: { shift: 1, rotate: 0, cutout: 0 },
  seed: 5,
  samplesPerEpoch: 0,
} as const;

let world: ToyWorld;
let host: CountingHost;
let backend: Backend;
let request: TrainRequest;
let base: Trained;

beforeAll(async () => {
  world = makeToyWorld();
  host = countingHost();
  backend = await createBackend({ workspaceFolder: join(world.folder, 'workspace'), processHost: host });
  const projectId = backend.projects.ensure('toy').id;
  const prepare = (role: 'train' | 'selection', from: number, to: number): Promise<PreparedSplit> =>
    backend.datasets.prepare({
      projectId,
      dataset: 'toy',
      role,
      name: role,
      source: {
        format: 'idx',
        images: join(world.folder, 'images.idx'),
        labels: join(world.folder, 'labels.idx'),
        rows: { from, to },
      },
    });
  request = {
    projectId,
    name: 'base',
    architecture: ARCHITECTURE,
    initial: { kind: 'fresh', seed: 1 },
    train: await prepare('train', 0, 240),
    selection: await prepare('selection', 240, 360),
    config: CONFIG,
    device: 'wasm',
  };
  base = await backend.ingredients.train(request);
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

const trainings = (): number => host.tasks.filter(({ kind }) => kind === 'train').length;

test('a trained ingredient is kept with how it came about', () => {
  expect(base.reused).toBe(false);
  expect(base.ingredient).toMatchObject({ name: 'base', origin: 'trained', baseId: null });
  expect(base.ingredient.training?.result).toMatchObject({
    imagesSeen: 480,
    runtimeIdentity: expect.stringContaining('wasm'),
  });
  expect(base.ingredient.training?.result.epochs).toHaveLength(2);
});

test('the same training is found again, also under another name', async () => {
  const before = trainings();
  const again = await backend.ingredients.train({ ...request, name: 'renamed' });
  expect(again).toEqual({ ingredient: base.ingredient, reused: true });
  expect(trainings()).toBe(before);
});

test('another seed, another base or other data are another training', async () => {
  const { ingredient } = base;
  const tuned = await backend.ingredients.train({
    ...request,
    name: 'tuned',
    initial: { kind: 'from', base: ingredient },
  });
  expect(tuned.reused).toBe(false);
  expect(tuned.ingredient.baseId).toBe(ingredient.id);
  const reseeded = await backend.ingredients.train({ ...request, name: 'seed', config: { ...CONFIG, seed: 6 } });
  expect(reseeded.reused).toBe(false);
  const swapped = { train: request.selection, selection: request.train };
  expect((await backend.ingredients.train({ ...request, ...swapped, name: 'swapped' })).reused).toBe(false);
});

test('a checkpoint that is gone is trained again to the very same bits', async () => {
  rmSync(base.ingredient.path);
  const again = await backend.ingredients.train(request);
  expect(again.reused).toBe(false);
  expect(again.ingredient.sha256).toBe(base.ingredient.sha256);
});

test('a training that is stopped leaves no ingredient, goes on after its last epoch and ends as if undisturbed', async () => {
  const known = backend.ingredients.list(request.projectId).length;
  const stop = new AbortController();
  const long = { ...request, name: 'stopped', config: { ...CONFIG, seed: 7, epochs: 5 } };
  const training = backend.ingredients.train(long, {
    signal: stop.signal,
    onEpoch: ({ epoch }) => epoch === 1 && stop.abort(),
  });
  await expect(training).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(backend.ingredients.list(request.projectId)).toHaveLength(known);
  expect(readdirSync(backend.paths.trainings)).toHaveLength(1);

  const told: string[] = [];
  const resumed = await backend.ingredients.train(long, {
    onContinue: () => told.push('goes on'),
    onEpoch: ({ epoch }) => told.push(String(epoch)),
  });
  expect(told).toEqual(['goes on', '0', '1', '2', '3', '4']);
  expect(readdirSync(backend.paths.trainings)).toEqual([]);
  const other = backend.projects.ensure('undisturbed').id;
  const undisturbed = await backend.ingredients.train({ ...long, projectId: other });
  expect(undisturbed.reused).toBe(false);
  expect(undisturbed.ingredient.sha256).toBe(resumed.ingredient.sha256);
});
