import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import { restoreRecipe } from '../../../main/backend/exports/restore-recipe.ts';
import type { Exported } from '../../../main/backend/exports/service.ts';
import { verifyFile } from '../../../main/backend/exports/verify.ts';
import { planRecipe } from '../../../main/backend/runs/plan-cooking.ts';
import { originFilePath } from '../../../main/checkpoints/origin-file.ts';
import { OUTPUT_FORMATS, type OutputFormat, outputFacts } from '../../../main/checkpoints/output-formats.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import { hashIngredient } from '../../../main/mix/open-ingredients.ts';
import { cookFile } from '../cooking.ts';
import { makeToyWorld, type ToyWorld } from '../toy-world.ts';

let world: ToyWorld;
let backend: Backend;
let elsewhere: Backend;
let runId: number;

beforeAll(async () => {
  world = makeToyWorld();
  const open = (name: string): Promise<Backend> =>
    createBackend({ workspaceFolder: join(world.folder, name), processHost: createNodeProcessHost() });
  backend = await open('workspace');
  elsewhere = await open('elsewhere');
  runId = (await cookFile(backend, world.recipe)).run.id;
});
afterAll(async () => {
  await backend.close();
  await elsewhere.close();
  world.remove();
});

function exportAs(format: OutputFormat, name: string = format): Promise<Exported> {
  return backend.exports.export({ runId, folder: join(world.folder, name), format });
}

/** Keras files keep the layout of an ingredient of their kind, and none of these is one. */
const WRITABLE = OUTPUT_FORMATS.filter((format) => format !== 'keras-h5');

test.each(WRITABLE)(
  'a soup exported as %s is verified, and cooked again elsewhere with the same coefficients',
  async (format) => {
    const exported = await exportAs(format);
    expect(await verifyFile({ file: exported.soup })).toMatchObject({ identical: true, tensorCount: 2 });
    expect(exported.sha256).toBe(await hashIngredient(exported.soup));
    expect(existsSync(originFilePath(exported.soup))).toBe(!outputFacts(format).hasMetadata);
    for (const file of exported.written) expect(existsSync(file)).toBe(true);
    const plan = await planRecipe(await restoreRecipe({ file: exported.soup }));
    const course = elsewhere.runs.cookPlan(plan);
    let next = await course.next();
    while (next.done !== true) next = await course.next();
    const { run } = backend.runs.get(runId);
    expect(next.value.run.coefficients).toEqual(run.coefficients);
    expect(next.value.run.used).toEqual(run.used);
  },
);

test('ingredients that have moved are found by their content, and missed by name when they are gone', async () => {
  const { soup } = await exportAs('safetensors', 'moved');
  const models = join(world.folder, 'models');
  const hidden = join(world.folder, 'hidden');
  const store = join(world.folder, 'store');
  mkdirSync(store);
  for (const [i, name] of readdirSync(models).entries())
    copyFileSync(join(models, name), join(store, `${i}${name.slice(name.lastIndexOf('.'))}`));
  renameSync(models, hidden);
  try {
    await expect(restoreRecipe({ file: soup })).rejects.toMatchObject({
      code: 'exports/missing-ingredients',
      details: expect.arrayContaining([expect.stringContaining('from torch: ')]),
    });
    const { ingredients } = await restoreRecipe({ file: soup, ingredientFolder: store });
    expect(ingredients.map(({ name }) => name)).toEqual(['model-0', 'from torch', 'model-2', 'model-3', 'model-4']);
    for (const { path } of ingredients) expect(path.startsWith(store)).toBe(true);
  } finally {
    renameSync(hidden, models);
  }
});

test('text beside a file that is another file is refused', async () => {
  const beside = WRITABLE.find((format) => !outputFacts(format).hasMetadata);
  const { soup } = await exportAs(beside!, 'beside');
  const bytes = readFileSync(soup);
  writeFileSync(soup, Buffer.concat([bytes, Buffer.of(0)]));
  await expect(verifyFile({ file: soup })).rejects.toMatchObject({ kind: 'input' });
  writeFileSync(soup, bytes);
  const path = originFilePath(soup);
  const told = readFileSync(path, 'utf8');
  writeFileSync(path, told.replace(/[0-9a-f]{64}/, '0'.repeat(64)));
  await expect(verifyFile({ file: soup })).rejects.toMatchObject({ code: 'checkpoint/other-origin' });
  writeFileSync(path, told.slice(0, 100));
  await expect(restoreRecipe({ file: soup })).rejects.toMatchObject({ code: 'checkpoint/bad-origin-file' });
  writeFileSync(path, told);
  expect(await verifyFile({ file: soup })).toMatchObject({ identical: true });
});

test('a file that tells no origin has no recipe', async () => {
  await expect(restoreRecipe({ file: world.checkpoints[0]! })).rejects.toMatchObject({ code: 'verify/not-a-soup' });
});
