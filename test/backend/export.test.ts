import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import type { Exported } from '../../main/backend/exports/service.ts';
import { SOUP_KEY } from '../../main/backend/exports/soup-metadata.ts';
import { verifyFile } from '../../main/backend/exports/verify.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { hashFile } from '../../main/files/hash-file.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld, type ToyWorld } from './toy-world.ts';

let world: ToyWorld;
let backend: Backend;
let runId: number;
let exported: Exported;

beforeAll(async () => {
  world = makeToyWorld();
  const workspaceFolder = join(world.folder, 'workspace');
  backend = await createBackend({ workspaceFolder, processHost: createNodeProcessHost() });
  runId = (await cookFile(backend, world.recipe)).run.id;
  exported = await exportTo('soup', 'safetensors');
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

function exportTo(name: string, format: 'safetensors' | 'pytorch-zip', dtype?: 'F16'): Promise<Exported> {
  const folder = join(world.folder, name);
  return backend.exports.export({ runId, folder, format, ...(dtype === undefined ? {} : { dtype }) });
}

test('an export carries its origin, and its card and recipe lie beside it', async () => {
  expect(readdirSync(join(world.folder, 'soup')).toSorted()).toEqual([
    'greedy-soup.safetensors',
    'model-card.md',
    'recipe.yml',
  ]);
  expect(exported.sha256).toBe(await hashFile(exported.soup));
  const checkpoint = await openCheckpoint(exported.soup);
  const origin = JSON.parse(checkpoint.metadata[SOUP_KEY]!) as Record<string, unknown>;
  checkpoint.close();
  const { ingredients } = backend.runs.get(runId);
  expect(origin.ingredients).toEqual(
    ingredients.map(({ name, ingredient }) => ({
      name,
      path: expect.stringMatching(/^\.\.\/models\//),
      sha256: ingredient.sha256,
    })),
  );
  expect(origin).toMatchObject({ recipe: 'greedy', dtype: 'keep', accumulate: 'f32' });
  expect(backend.exports.ofRun(runId)).toMatchObject([{ path: exported.soup, sha256: exported.sha256 }]);
});

test.each([
  ['safetensors', undefined],
  ['pytorch-zip', undefined],
  ['safetensors', 'F16'],
] as const)('verify accepts %s, dtype %s', async (format, dtype) => {
  const { soup } = await exportTo(`accepted-${format}-${dtype}`, format, dtype);
  expect(await verifyFile({ file: soup })).toMatchObject({ identical: true, tensorCount: 2, differences: [] });
});

test('verify names the tensor when one byte is changed', async () => {
  const { soup } = await exportTo('tampered', 'safetensors');
  const bytes = readFileSync(soup);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const [start] = header['classifier.weight']!.data_offsets;
  const at = 8 + headerLength + start + 4 * 5 + 1;
  bytes[at] = bytes[at]! ^ 1;
  writeFileSync(soup, bytes);
  const result = await verifyFile({ file: soup });
  expect(result.identical).toBe(false);
  expect(result.differences).toMatchObject([
    { kind: 'values', tensor: 'classifier.weight', element: 5, differingBytes: 1 },
  ]);
});

test('an existing export is not overwritten unless asked', async () => {
  await expect(exportTo('soup', 'safetensors')).rejects.toMatchObject({ code: 'exports/exists', kind: 'input' });
  const folder = join(world.folder, 'soup');
  const again = await backend.exports.export({ runId, folder, format: 'safetensors', replace: true });
  expect(again.sha256).toBe(exported.sha256);
});

test('ingredients are found by content when they have moved, and missed by name when they are gone', async () => {
  const { soup } = await exportTo('moving', 'safetensors');
  const models = join(world.folder, 'models');
  const hidden = join(world.folder, 'hidden');
  const store = join(world.folder, 'store');
  mkdirSync(store);
  for (const [i, name] of readdirSync(models).entries()) {
    copyFileSync(join(models, name), join(store, `${i}${name.slice(name.lastIndexOf('.'))}`));
  }
  writeFileSync(join(store, 'notes.pt'), 'no checkpoint at all');
  renameSync(models, hidden);
  try {
    await expect(verifyFile({ file: soup })).rejects.toMatchObject({ code: 'verify/missing-ingredients' });
    expect(await verifyFile({ file: soup, ingredientFolder: store })).toMatchObject({ identical: true });
    const known = new Map(
      backend.runs
        .get(runId)
        .ingredients.map(({ ingredient: { sha256, path } }) => [
          sha256,
          path.replace(`${join(world.folder, 'models')}`, hidden),
        ]),
    );
    const knownPaths = (sha256: string): readonly string[] => [known.get(sha256)!];
    expect(await verifyFile({ file: soup, knownPaths })).toMatchObject({ identical: true });
  } finally {
    renameSync(hidden, models);
  }
});

test('a soup is not exported from ingredients that have changed since', async () => {
  const [first] = backend.runs.get(runId).run.used!;
  const { path } = backend.runs.get(runId).ingredients.find(({ name }) => name === first)!.ingredient;
  const original = readFileSync(path);
  const changed = Buffer.from(original);
  changed[changed.length - 1] = changed[changed.length - 1]! ^ 1;
  writeFileSync(path, changed);
  try {
    await expect(exportTo('stale', 'safetensors')).rejects.toMatchObject({ code: 'exports/ingredient-changed' });
    expect(() => readdirSync(join(world.folder, 'stale'))).toThrow();
    await expect(verifyFile({ file: exported.soup })).rejects.toMatchObject({ code: 'verify/missing-ingredients' });
  } finally {
    writeFileSync(path, original);
  }
});

test('a checkpoint without an origin is no soup', async () => {
  await expect(verifyFile({ file: world.checkpoints[0]! })).rejects.toMatchObject({
    code: 'verify/not-a-soup',
    kind: 'input',
  });
});

test('the exported recipe cooks again, from where it lies', async () => {
  const { recipe } = await exportTo('replayed', 'safetensors');
  const details = await cookFile(backend, recipe);
  expect(details.run.contentKey).toBe(backend.runs.get(runId).run.contentKey);
  rmSync(join(world.folder, 'replayed'), { recursive: true });
});
