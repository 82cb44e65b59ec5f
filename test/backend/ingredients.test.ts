import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { makeToyWorld, TOY_ARCHITECTURE, type ToyWorld } from './toy-world.ts';

let world: ToyWorld;
let backend: Backend;
let projectId: number;

beforeAll(async () => {
  world = makeToyWorld();
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: createNodeProcessHost(),
  });
  projectId = backend.projects.ensure('toy').id;
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

test('a checkpoint comes in with its hash, size and architecture', async () => {
  const { ingredient, remarks } = await backend.ingredients.import({
    projectId,
    path: world.checkpoints[1]!,
    name: 'from torch',
    architecture: TOY_ARCHITECTURE,
  });
  expect(remarks).toEqual([]);
  expect(ingredient).toMatchObject({
    name: 'from torch',
    format: 'pytorch-zip',
    parameterCount: 3 * 64 + 3,
    architecture: TOY_ARCHITECTURE,
    origin: 'imported',
  });
});

test('the same content is one ingredient, wherever it is by now', async () => {
  const request = { projectId, name: 'moving', architecture: TOY_ARCHITECTURE };
  const first = await backend.ingredients.import({ ...request, path: world.checkpoints[0]! });
  const moved = join(world.folder, 'moved.safetensors');
  renameSync(world.checkpoints[0]!, moved);
  const second = await backend.ingredients.import({ ...request, path: moved });
  expect(second.ingredient.id).toBe(first.ingredient.id);
  expect(backend.ingredients.get(first.ingredient.id).path).toBe(moved);
});

test('what a later recipe says of its training is taken over, what it leaves out is kept', async () => {
  const request = { projectId, name: 'described', path: world.checkpoints[3]!, architecture: TOY_ARCHITECTURE };
  const { ingredient } = await backend.ingredients.import({ ...request, hyperparameters: { epochs: 1 } });
  await backend.ingredients.import({ ...request, hyperparameters: { epochs: 2, optimizer: 'sgd' } });
  expect(backend.ingredients.get(ingredient.id).hyperparameters).toEqual({ epochs: 2, optimizer: 'sgd' });
  const again = await backend.ingredients.import(request);
  expect(again.ingredient.hyperparameters).toEqual({ epochs: 2, optimizer: 'sgd' });
});

test('without a name for it the architecture is detected', async () => {
  const { ingredient } = await backend.ingredients.import({ projectId, path: world.checkpoints[2]!, name: 'detected' });
  expect(ingredient.architecture).toEqual(TOY_ARCHITECTURE);
});

test('values that are no numbers are remarked on', async () => {
  const checkpoint = await openCheckpoint(world.checkpoints[3]!);
  const weights = readWeights(checkpoint);
  checkpoint.close();
  const { bytes } = weights.get('classifier.bias')!;
  new DataView(bytes.buffer, bytes.byteOffset).setFloat32(0, Number.NaN, true);
  const path = join(world.folder, 'diverged.safetensors');
  writeCheckpoint(path, 'safetensors', weights);
  const { remarks } = await backend.ingredients.import({ projectId, path, name: 'diverged' });
  expect(remarks).toContain('classifier.bias holds 1 NaN and 0 infinite values');
});

test('an ingredient of another architecture is refused, each difference named', async () => {
  const architecture = { ...TOY_ARCHITECTURE, classes: 4 };
  const request = { projectId, path: world.checkpoints[4]!, name: 'other', architecture };
  await expect(backend.ingredients.import(request)).rejects.toMatchObject({
    code: 'ingredients/mismatched',
    details: ['classifier.weight has shape [3, 64], not [4, 64]', 'classifier.bias has shape [3], not [4]'],
  });
});

test('projects are found by their name, and named when they are not', () => {
  expect(backend.projects.get('toy').id).toBe(projectId);
  expect(() => backend.projects.get('digits')).toThrow(
    expect.objectContaining({ code: 'projects/unknown', remedy: 'Known projects: toy.' }),
  );
  expect(() => backend.projects.ensure('  ')).toThrow(expect.objectContaining({ code: 'projects/bad-name' }));
});
