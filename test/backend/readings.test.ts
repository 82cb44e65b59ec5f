import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { planCooking } from '../../main/backend/runs/plan-cooking.ts';
import type { RunDetails } from '../../main/backend/runs/run-details.ts';
import type { Reading, Weights } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { makeToyWorld, TOY_ARCHITECTURE, type ToyWorld, toyRecipe } from './toy-world.ts';

let world: ToyWorld;
let backend: Backend;
let projectId: number;

beforeAll(async () => {
  world = makeToyWorld('uniform');
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

/** The first checkpoint's tensors under other names. */
async function renamedFile(file: string, rename: (name: string) => string): Promise<string> {
  const checkpoint = await openCheckpoint(world.checkpoints[0]!);
  const weights: Weights = new Map([...readWeights(checkpoint)].map(([name, value]) => [rename(name), value]));
  checkpoint.close();
  const path = join(world.folder, 'models', file);
  writeCheckpoint(path, 'safetensors', weights);
  return path;
}

function take(path: string, reading?: Reading) {
  return backend.ingredients.import({ projectId, path, name: 'one', reading, architecture: TOY_ARCHITECTURE });
}

test('names of wrappers are taken away where that makes the names agree, which is said and kept', async () => {
  const path = await renamedFile('wrapped.safetensors', (name) => `module.${name}`);
  const { ingredient, remarks } = await take(path);
  expect(remarks.join()).toContain("the prefix 'module.' stands for none");
  expect(backend.ingredients.get(ingredient.id).reading).toEqual({
    names: { 'classifier.weight': 'module.classifier.weight', 'classifier.bias': 'module.classifier.bias' },
  });
  expect((await take(path)).ingredient.id).toBe(ingredient.id);
});

test('other names are refused until they are mapped; the same file read in two ways is two ingredients', async () => {
  const path = await renamedFile('other.safetensors', (name) => name.replace('classifier', 'head'));
  await expect(take(path)).rejects.toMatchObject({ code: 'ingredients/mismatched' });
  const names = { 'classifier.weight': 'head.weight', 'classifier.bias': 'head.bias' };
  const one = await take(path, { names });
  const turned = { 'classifier.bias': 'head.bias', 'classifier.weight': 'head.weight' };
  expect((await take(path, { names: turned })).ingredient.id).toBe(one.ingredient.id);
  const twoStates = join(world.folder, 'two.pt');
  copyFileSync('test/fixtures/checkpoints/pytorch/average.pt', twoStates);
  const spec = { family: 'mlp', inputShape: [2], hidden: [], classes: 2 } as const;
  const two = await Promise.all(
    [undefined, 'ema.state_dict'].map((stateDict) =>
      backend.ingredients.import({
        projectId,
        path: twoStates,
        name: 'average',
        reading: { stateDict, names: { 'classifier.weight': 'weight', 'classifier.bias': 'bias' } },
        architecture: spec,
      }),
    ),
  );
  expect(new Set(two.map(({ ingredient }) => ingredient.id)).size).toBe(2);
  expect(new Set(two.map(({ ingredient }) => ingredient.sha256)).size).toBe(1);
});

test('a recipe file says how its files are read; run, replay, export and verification read them so', async () => {
  await renamedFile('wrapped.safetensors', (name) => `module.${name}`);
  await renamedFile('other.safetensors', (name) => name.replace('classifier', 'head'));
  const recipe = join(world.folder, 'read.yml');
  writeFileSync(
    recipe,
    toyRecipe('uniform').replace(
      '  - path: models/model-2.safetensors\n',
      '  - path: models/wrapped.safetensors\n  - path: models/other.safetensors\n    map: { classifier.weight: head.weight, classifier.bias: head.bias }\n',
    ),
  );
  const course = backend.runs.cookPlan(await planCooking(recipe));
  let details: RunDetails | undefined;
  while (details === undefined) {
    const next = await course.next();
    if (next.done === true) details = next.value;
  }
  const scores = details.rows
    .filter(({ kind }) => kind === 'ingredient')
    .map((row) => row.evaluations.map((one) => one?.loss));
  // The same weights under three kinds of names.
  expect(scores[2]).toEqual(scores[0]);
  expect(scores[3]).toEqual(scores[0]);
  expect(details.run.recipeFile).toContain('classifier.weight: module.classifier.weight');
  const exported = await backend.exports.export({
    runId: details.run.id,
    folder: join(world.folder, 'out'),
    format: 'safetensors',
  });
  const { verifyFile } = await import('../../main/backend/exports/verify.ts');
  expect((await verifyFile({ file: exported.soup })).identical).toBe(true);
});
