import { copyFileSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingredientRepository } from '../../db/repositories/ingredients.ts';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { duplicateProject } from '../../main/backend/projects/duplicate.ts';
import { exportProject } from '../../main/backend/projects/file/export.ts';
import { importProject } from '../../main/backend/projects/file/import.ts';
import { purgeDeleted } from '../../main/backend/purge-deleted.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld, TOY_ARCHITECTURE, type ToyWorld } from './toy-world.ts';

const DAY = 24 * 60 * 60 * 1000;

let world: ToyWorld;
let backend: Backend;
let toy: number;

beforeAll(async () => {
  world = makeToyWorld('uniform');
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: createNodeProcessHost(),
  });
  await cookFile(backend, world.recipe);
  toy = backend.projects.get('toy').id;
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const setAside = (id: number): void => ingredientRepository(backend.database).setAside(id, true);
const isKnown = (id: number): boolean => ingredientRepository(backend.database).byId(id) !== undefined;

async function trained(projectId: number, name: string, seed: number) {
  const split = (role: 'train' | 'selection') =>
    backend.datasets.prepare({
      projectId,
      dataset: 'toy',
      role,
      name: `${role} of ${name}`,
      source: {
        format: 'idx',
        images: join(world.folder, 'images.idx'),
        labels: join(world.folder, 'labels.idx'),
        rows: { from: 0, to: 40 },
      },
    });
  const { ingredient } = await backend.ingredients.train({
    projectId,
    name,
    architecture: TOY_ARCHITECTURE,
    initial: { kind: 'fresh', seed },
    train: await split('train'),
    selection: await split('selection'),
    config: {
      optimizer: 'sgd',
      learningRate: 0.01,
      weightDecay: 0,
      momentum: 0,
      epochs: 1,
      batchSize: 20,
      schedule: 'constant',
      labelSmoothing: 0,
      augmentation: { shift: 0, rotate: 0, cutout: 0 },
      seed,
      samplesPerEpoch: 0,
    },
    device: 'wasm',
  });
  return ingredient;
}

test('the file of a trained ingredient goes thirty days after the ingredient was removed, and not before', async () => {
  const project = backend.projects.ensure('trained').id;
  const { id, path } = await trained(project, 'short-lived', 1);
  setAside(id);
  purgeDeleted(backend, inDays(29));
  expect([isKnown(id), existsSync(path)]).toEqual([true, true]);
  purgeDeleted(backend, inDays(31));
  expect([isKnown(id), existsSync(path)]).toEqual([false, false]);
});

test('a file that a copy of the project needs stays until the copy is gone as well', async () => {
  const project = backend.projects.ensure('shared').id;
  const { path } = await trained(project, 'shared', 2);
  const copy = duplicateProject(backend.database, backend.paths, backend.projects, project);
  backend.projects.remove(project);
  purgeDeleted(backend, inDays(31));
  expect(existsSync(path)).toBe(true);
  backend.projects.remove(copy);
  purgeDeleted(backend, inDays(31));
  expect(existsSync(path)).toBe(false);
});

test("a user's own file is never touched, not even in the workspace's own folder", async () => {
  const project = backend.projects.ensure('own').id;
  const inside = join(backend.paths.checkpoints, 'mine.safetensors');
  copyFileSync(world.checkpoints[0]!, inside);
  for (const path of [world.checkpoints[2]!, inside]) {
    const { ingredient } = await backend.ingredients.import({ projectId: project, path, name: 'mine' });
    setAside(ingredient.id);
    purgeDeleted(backend, inDays(31));
    expect([isKnown(ingredient.id), existsSync(path)]).toEqual([false, true]);
  }
});

test('an ingredient that a run was cooked from stays', () => {
  const [cooked] = backend.ingredients.list(toy);
  setAside(cooked!.id);
  purgeDeleted(backend, inDays(31));
  expect(isKnown(cooked!.id)).toBe(true);
});

test('what a project file brought along goes with the project, as far as no other needs it', async () => {
  const { path } = await exportProject(
    backend,
    { projectId: toy, path: join(world.folder, 'toy'), checkpoints: true, data: false },
    {},
  );
  const ids = [await importProject(backend, path, {}), await importProject(backend, path, {})];
  const folders = (): number =>
    readdirSync(backend.paths.checkpoints, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length;
  expect(folders()).toBeGreaterThanOrEqual(4);
  const before = folders();
  backend.projects.remove(ids[0]!);
  purgeDeleted(backend, inDays(31));
  expect(folders()).toBe(before);
  backend.projects.remove(ids[1]!);
  purgeDeleted(backend, inDays(31));
  expect(folders()).toBe(0);
});

test('what was kept of a training that nobody went on with goes after thirty days', () => {
  const [old, recent] = ['old', 'recent'].map((name) => join(backend.paths.trainings, `${name}.safetensors`));
  for (const path of [old!, recent!]) writeFileSync(path, 'state');
  utimesSync(old!, inDays(-40), inDays(-40));
  purgeDeleted(backend, new Date());
  expect([existsSync(old!), existsSync(recent!)]).toEqual([false, true]);
});
