import { copyFileSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportRepository } from '../../../db/repositories/exports.ts';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import { provenanceOf } from '../../../main/backend/exports/provenance.ts';
import { recognizeSoup } from '../../../main/backend/exports/recognize.ts';
import type { Exported } from '../../../main/backend/exports/service.ts';
import { preflight } from '../../../main/backend/ingredients/preflight.ts';
import { OUTPUT_FORMATS, type OutputFormat, outputFacts } from '../../../main/checkpoints/output-formats.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import { withCookedBackend } from '../cooked-backend.ts';

const cooked = withCookedBackend('uniform');
let elsewhere: Backend;

beforeAll(async () => {
  const workspaceFolder = join(cooked.world.folder, 'elsewhere');
  elsewhere = await createBackend({ workspaceFolder, processHost: createNodeProcessHost() });
});
afterAll(() => elsewhere.close());

/** Keras files keep the layout of an ingredient of their kind, and none of these is one. */
const WRITABLE = OUTPUT_FORMATS.filter((format) => format !== 'keras-h5');

function exportAs(format: OutputFormat, name: string = format): Promise<Exported> {
  const shardBytes = outputFacts(format).options.some((option) => option === 'shardBytes') ? { shardBytes: 1000 } : {};
  const folder = join(cooked.world.folder, 'exports', name);
  return cooked.backend.exports.export({ runId: cooked.details.run.id, folder, format, layout: shardBytes });
}

const recognize = (paths: readonly string[], { database } = cooked.backend) =>
  recognizeSoup(paths, exportRepository(database));

test.each(WRITABLE)('a soup exported as %s is known again by its folder and by any of its files', async (format) => {
  const { run } = cooked.details;
  const { soup, written, modelCard, recipe } = await exportAs(format);
  const here = { file: soup, run: { id: run.id, projectId: run.projectId } };
  expect(await recognize([dirname(soup)])).toEqual(here);
  expect(await recognize([...written, modelCard, recipe])).toEqual(here);
  for (const file of written) expect(await recognize([file]), file).toEqual(here);
  expect(await recognize([soup], elsewhere)).toEqual({ file: soup, run: null });
  const told = await provenanceOf({ file: soup }, exportRepository(elsewhere.database));
  expect(told).toMatchObject({
    file: soup,
    run: { id: run.id, project: cooked.details.project, finishedAt: run.finishedAt },
    here: null,
    recipe: 'uniform',
    summary: run.summary,
    problem: null,
  });
  expect(told.ingredients).toHaveLength(5);
  for (const { path, recordedPath, weight } of told.ingredients) {
    expect(path).toBe(recordedPath);
    expect(weight).toBeCloseTo(0.2);
  }
  const { files } = await preflight({ paths: written, present: [], exports: exportRepository(elsewhere.database) });
  expect(files.map(({ path, origin }) => [path, origin])).toContainEqual([soup, { recipe: 'uniform', run: null }]);
});

test('a copy under another name is known by its content, a changed one is a soup from elsewhere', async () => {
  const { soup } = await exportAs('safetensors', 'copied');
  const copy = join(cooked.world.folder, 'copy.safetensors');
  copyFileSync(soup, copy);
  expect((await recognize([copy]))?.run).toEqual({ id: cooked.details.run.id, projectId: 1 });
});

test('checkpoints that tell no origin, several of them, and other files are no soup', async () => {
  const [first, second] = cooked.world.checkpoints;
  const notes = join(cooked.world.folder, 'notes.txt');
  writeFileSync(notes, 'nothing of ours');
  const broken = join(cooked.world.folder, 'broken.safetensors');
  writeFileSync(broken, 'nothing of anybody');
  const [one, other] = [await exportAs('safetensors', 'one'), await exportAs('pytorch-zip', 'other')];
  for (const paths of [[first!], [first!, second!], [notes], [broken], [one.soup, other.soup]]) {
    expect(await recognize(paths), paths.join()).toBeUndefined();
  }
  await expect(recognize([join(cooked.world.folder, 'nowhere.pt')])).rejects.toMatchObject({ kind: 'input' });
  const wrong = provenanceOf({ file: first! }, exportRepository(elsewhere.database));
  await expect(wrong).rejects.toMatchObject({ code: 'verify/not-a-soup' });
});

test('ingredients that are gone are missed one by one, and found by content in a folder; then the recipe is restored', async () => {
  const { soup } = await exportAs('safetensors', 'moved');
  const models = join(cooked.world.folder, 'models');
  const [hidden, store] = [join(cooked.world.folder, 'hidden'), join(cooked.world.folder, 'store')];
  mkdirSync(store);
  for (const [i, name] of readdirSync(models).entries())
    copyFileSync(join(models, name), join(store, `${i}${name.slice(name.lastIndexOf('.'))}`));
  renameSync(models, hidden);
  const project = elsewhere.projects.create('Restored', '');
  try {
    const lost = await provenanceOf({ file: soup }, exportRepository(elsewhere.database));
    expect(lost.ingredients.map(({ path }) => path)).toEqual(new Array(5).fill(null));
    await expect(elsewhere.kitchen.restore(project.id, { file: soup })).rejects.toMatchObject({
      code: 'exports/missing-ingredients',
    });
    const request = { file: soup, ingredientFolder: store };
    const found = await provenanceOf(request, exportRepository(elsewhere.database));
    for (const { path } of found.ingredients) expect(path?.startsWith(store)).toBe(true);
    const text = await elsewhere.kitchen.restore(project.id, request);
    expect(text).toContain('project: Restored');
    expect((await elsewhere.kitchen.check(project.id, text)).findings).toEqual([]);
  } finally {
    renameSync(hidden, models);
  }
});
