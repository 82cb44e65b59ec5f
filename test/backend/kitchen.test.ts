import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { greedy } from '../../main/recipes/greedy.ts';
import { parseOptions } from '../../main/recipes/index.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld } from './toy-world.ts';

const world = makeToyWorld('uniform');
const folder = mkdtempSync(join(tmpdir(), 'stockpot-kitchen-'));
let backend: Backend;
let projectId: number;

beforeAll(async () => {
  backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
  await cookFile(backend, world.recipe);
  projectId = backend.projects.get('toy').id;
});

afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
  world.remove();
});

describe('a draft', () => {
  test('names everything that the project has, and can be cooked as it is', async () => {
    const text = backend.kitchen.draft(projectId, 'greedy');
    for (const name of ['model-0', 'from torch', 'noisy', 'selection']) expect(text).toContain(name);
    expect(await backend.kitchen.check(projectId, text)).toMatchObject({ findings: [] });
  });

  test('of a run is its recipe, with paths that hold anywhere', async () => {
    const text = backend.kitchen.replay(1);
    expect(text).toContain(`path: ${world.checkpoints[0]}`);
    expect(await backend.kitchen.check(projectId, text)).toMatchObject({ findings: [] });
  });
});

describe('a check', () => {
  const draft = (): string => backend.kitchen.draft(projectId, 'greedy');
  const findings = async (text: string) => (await backend.kitchen.check(projectId, text)).findings;

  test('names every bad option with its line and its field', async () => {
    const text = draft().replace('options: {}', 'options:\n  order: backwards\n  maxModels: 0\n  tries: 3');
    const found = await findings(text);
    expect(found.map(({ line, field }) => [line, field])).toEqual([
      [3, 'options.order'],
      [4, 'options.maxModels'],
      [5, 'options.tries'],
    ]);
  });

  test('names the models of every step, and all of their bad options, each at its step', async () => {
    const steps = `
options:
  steps:
    - { recipe: group-soups, options: { groups: { left: [model-0, model-2], right: [model-3] } } }
    - { recipe: rescale, options: { factor: strong } }
    - { recipe: linear, options: { weights: 3 }, scope: { freeze: '*.bias' } }
    - { recipe: simmer }
`;
    const text = draft().replace('recipe: greedy', 'recipe: chain').replace('\noptions: {}\n', steps);
    const { findings: found, outline } = await backend.kitchen.check(projectId, text);
    expect(found.map(({ field }) => field)).toEqual([
      'options.steps.1.options.factor',
      'options.steps.2.options.weights',
      'options.steps.3.recipe',
    ]);
    expect(outline?.stages.map(({ models }) => models.length)).toEqual([5, 2, 2, 2]);
    expect(outline?.stages[1]).toEqual({ field: 'options.steps.1', models: ['left', 'right'] });
    expect(outline?.scopes).toEqual([
      { field: 'options.steps.2.scope', frozen: ['classifier.bias'], only: [], freeze: [1] },
    ]);
  });

  test('says what a scope comes to, whatever else is wrong', async () => {
    const scope = "\nscope: { only: ['classifier.*', /nothing/, '/(/'], freeze: '*.bias' }\noptions: { tries: 3 }";
    const { outline } = await backend.kitchen.check(projectId, draft().replace('\noptions: {}', scope));
    expect(outline?.tensors).toEqual(['classifier.weight', 'classifier.bias']);
    expect(outline?.scopes).toEqual([{ field: 'scope', frozen: ['classifier.bias'], only: [2, 0, 0], freeze: [1] }]);
  });

  test('says where text is no YAML, and where a field is unknown', async () => {
    expect(await findings('recipe: greedy\noptions: {\n')).toMatchObject([{ line: 3 }]);
    expect(await findings(draft().replace('\nseed: 0', '\nsead: 0'))).toMatchObject([{ field: 'sead' }]);
  });

  test('names a recipe that is none, an ingredient that is gone and another project', async () => {
    expect(await findings(draft().replace('recipe: greedy', 'recipe: gredy'))).toMatchObject([
      { line: 1, field: 'recipe', message: expect.stringContaining("'greedy'") },
    ]);
    const gone = draft().replace(world.checkpoints[2]!, join(world.folder, 'gone.safetensors'));
    expect(await findings(gone)).toMatchObject([{ field: 'ingredients.2' }]);
    expect(await findings(draft().replace('project: toy', 'project: other'))).toMatchObject([{ field: 'project' }]);
  });

  test('says what a recipe lacks', async () => {
    const text = draft().replace(/ {2}selection:[\s\S]*?\n(?= {2}test:)/, '');
    expect(await findings(text)).toMatchObject([{ field: 'recipe' }]);
  });
});

describe('an estimate', () => {
  test('leaves out what is known: the cooked run has scored every ingredient everywhere', async () => {
    const { estimate } = await backend.kitchen.check(projectId, backend.kitchen.draft(projectId, 'greedy'));
    // Round one tries 4 mixtures at least, all rounds 4 + 3 + 2 + 1 at most; the soup on two test sets.
    expect(estimate).toMatchObject({ passes: { known: 15, least: 6, most: 12 }, engines: backend.engines.size });
    expect(estimate!.seconds!.least).toBeGreaterThan(0);
    expect(estimate!.seconds!.most).toBeGreaterThan(estimate!.seconds!.least);
    expect(estimate!.memoryBytes).toBeGreaterThan(0);
  });

  test('has no minutes for a runtime that was never timed', async () => {
    const text = backend.kitchen.draft(projectId, 'uniform').replace('runtime: onnx', 'runtime: tfjs');
    const { estimate } = await backend.kitchen.check(projectId, text);
    expect(estimate).toMatchObject({ seconds: null, passes: { known: 0, least: 18 } });
  });
});

test('the file of an ingredient that was trained here is that ingredient, not another one', async () => {
  const [first] = backend.ingredients.list(projectId);
  backend.database
    .query(`UPDATE ingredients SET origin = 'trained', training_key = 'k', training = '{}' WHERE id = ?`)
    .run(first!.id);
  const { ingredient } = await backend.ingredients.import({ projectId, path: first!.path, name: 'again' });
  expect(ingredient.id).toBe(first!.id);
  expect(backend.ingredients.list(projectId)).toHaveLength(5);
});

test('the greedy recipe tells how many mixtures it may try', () => {
  const mixtures = (count: number, options: unknown) => greedy.mixtures(count, parseOptions(greedy, options), () => []);
  expect(mixtures(5, { order: 'article' })).toEqual({ least: 4, most: 10 });
  expect(mixtures(5, { order: 'article', maxModels: 2 })).toEqual({ least: 4, most: 4 });
  expect(mixtures(5, { order: 'article', maxModels: 1 })).toEqual({ least: 0, most: 0 });
  expect(mixtures(5, { order: 'sorted', maxModels: 3 })).toEqual({ least: 2, most: 4 });
  expect(mixtures(1, { order: 'sorted' })).toEqual({ least: 0, most: 0 });
});
