import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from './toy-world.ts';

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

test('a missing normalization is pointed out once', async () => {
  const remarks = await remarksOn(toyRecipe('uniform'));
  expect(remarks).toHaveLength(1);
  expect(remarks[0]).toMatch(/^selection, clean, noisy: no normalization is given/);
});
