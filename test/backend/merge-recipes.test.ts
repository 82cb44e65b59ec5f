import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { restoreRecipe } from '../../main/backend/exports/restore-recipe.ts';
import { verifyFile } from '../../main/backend/exports/verify.ts';
import { planRecipe } from '../../main/backend/runs/plan-cooking.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld, type ToyWorld } from './toy-world.ts';

let world: ToyWorld;
let backend: Backend;

beforeAll(async () => {
  world = makeToyWorld();
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: createNodeProcessHost(),
  });
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

/** The toy world's recipe file with other settings, beside it. */
function recipeFile(name: string, changes: Readonly<Record<string, unknown>>): string {
  const path = join(world.folder, `${name}.yml`);
  writeFileSync(path, stringify({ ...parse(readFileSync(world.recipe, 'utf8')), ...changes }));
  return path;
}

const RECIPES = [
  [
    'ties',
    { recipe: 'ties', options: { base: 'model-0', density: [{ filter: 'bias', value: 1 }, { value: 0.5 }] } },
    'ties from model-0',
  ],
  ['della', { recipe: 'della', options: { base: 'model-0', density: 0.5 }, seed: 3 }, 'della from model-0'],
  [
    'chain',
    {
      recipe: 'chain',
      options: {
        steps: [
          { recipe: 'slerp', options: { base: 'model-0', t: 0.5 }, name: 'pair' },
          { recipe: 'rescale', options: { base: 'model-0', factor: 0.9 } },
        ],
      },
    },
    'mixing 2',
  ],
] as const;

test.each(RECIPES)(
  'a soup of %s is cooked, shown, replayed, exported, verified and restored',
  async (name, changes, told) => {
    const ingredients = (parse(readFileSync(world.recipe, 'utf8')) as { ingredients: readonly object[] }).ingredients;
    const path = recipeFile(
      name,
      name === 'chain' ? { ...changes, ingredients: [ingredients[0], ingredients[2]] } : changes,
    );
    const { run } = await cookFile(backend, path);
    expect(run.status).toBe('done');
    const replay = await backend.runs.replay(run.id);
    expect(replay.steps.same).toBe(true);
    expect(replay.coefficients).toMatchObject({ differing: 0 });
    expect(replay.coefficients.total).toBeGreaterThan(0);
    expect(replay.scores.differing).toBe(0);
    const report = readFileSync(await backend.runs.writeReport(run.id), 'utf8');
    expect(report).toContain(told);
    const exported = await backend.exports.export({
      runId: run.id,
      folder: join(world.folder, `${name}-export`),
      format: 'safetensors',
    });
    expect(readFileSync(exported.modelCard, 'utf8')).toContain(told);
    expect(await verifyFile({ file: exported.soup })).toMatchObject({ identical: true });
    const plan = await planRecipe(await restoreRecipe({ file: exported.soup }));
    expect(plan.recipe.recipe).toBe(changes.recipe);
  },
);

test('a scope freezes tensors of any recipe', async () => {
  const path = recipeFile('scoped', { recipe: 'uniform', options: {}, scope: { freeze: '*bias', from: 'model-2' } });
  const { run } = await cookFile(backend, path);
  expect(run.coefficients?.groups.map(({ name, weights }) => [name, weights])).toEqual([
    ['all', [0.2, 0.2, 0.2, 0.2, 0.2]],
    ['frozen', [0, 0, 1, 0, 0]],
  ]);
});

test.each([
  ['a missing base', { recipe: 'ties', options: { density: 0.5 } }, /option base; .*line \d+/],
  [
    'an unknown tensor in a scope',
    { recipe: 'uniform', options: {}, scope: { only: 'nothing' } },
    /option only; .*line \d+/,
  ],
  [
    'a bad option of a step',
    { recipe: 'chain', options: { steps: [{ recipe: 'lawa', options: { last: 9 } }] } },
    /steps\.0\.options\.last; .*line \d+/,
  ],
])('%s is told with its line before anything is kept', async (name, changes, where) => {
  const before = backend.runs.list().length;
  await expect(cookFile(backend, recipeFile(name.replaceAll(' ', '-'), changes))).rejects.toMatchObject({
    code: 'recipe/bad-option',
    where: expect.stringMatching(where),
  });
  expect(backend.runs.list()).toHaveLength(before);
});
