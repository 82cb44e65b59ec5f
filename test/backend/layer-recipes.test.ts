import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { verifyFile } from '../../main/backend/exports/verify.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile, findings } from './cooking.ts';
import { makeToyWorld, type ToyWorld, writeFreshCnn } from './toy-world.ts';

const CNN: ArchitectureSpec = { family: 'cnn', inputShape: [1, 8, 8], channels: [4], hidden: 8, classes: 3 };

let world: ToyWorld;
/** One that is never interrupted, and one that is. */
let whole: Backend;
let broken: Backend;

beforeAll(async () => {
  world = makeToyWorld();
  for (const seed of [1, 2, 3, 4]) writeFreshCnn(join(world.folder, `cnn-${seed}.safetensors`), CNN, seed);
  const open = (name: string): Promise<Backend> =>
    createBackend({
      workspaceFolder: join(world.folder, name),
      poolSize: { size: 1, threadsPerEngine: 1 },
      processHost: createNodeProcessHost(),
    });
  whole = await open('whole');
  broken = await open('broken');
});
afterAll(async () => {
  await Promise.all([whole.close(), broken.close()]);
  world.remove();
});

function recipeFile(name: string, recipe: string, options: object): string {
  const rows = (from: number, to: number) => ({
    format: 'idx',
    images: 'images.idx',
    labels: 'labels.idx',
    rows: { from, to },
  });
  const path = join(world.folder, `${name}.yml`);
  writeFileSync(
    path,
    stringify({
      recipe,
      options,
      project: 'toy',
      architecture: CNN,
      ingredients: [1, 2, 3, 4].map((seed) => ({ path: `cnn-${seed}.safetensors` })),
      splits: { selection: rows(0, 120), test: { clean: rows(120, 360) } },
    }),
  );
  return path;
}

const CASES = [
  ['layerwise', 'layerwise', {}],
  ['layerwise from the soup', 'layerwise', { start: 'soup', order: 'effect', granularity: 'layer' }],
  ['pruned', 'pruned', { accept: 'not-worse' }],
  ['greedy with replacement', 'greedy-replacement', { maxPicks: 6 }],
  ['greedy by layers', 'greedy-layers', { granularity: 'layer' }],
  ['a chosen alpha', 'wise-ft-search', { base: 'cnn-1' }],
] as const;

test.each(CASES)('%s: interrupted and resumed, it comes to the same', async (name, recipe, options) => {
  const path = recipeFile(name, recipe, options);
  const expected = await cookFile(whole, path);
  expect(expected.trace.some(({ kind }) => kind === 'trial')).toBe(true);
  const cancel = new AbortController();
  let trials = 0;
  const attempt = cookFile(
    broken,
    path,
    (event) => {
      if (event.kind === 'trace' && event.step.kind === 'trial' && ++trials === 2) cancel.abort();
    },
    cancel.signal,
  );
  await expect(attempt).rejects.toMatchObject({ code: 'job/cancelled' });
  const resumed = await cookFile(broken, path);
  expect(resumed.run.attempts).toBe(2);
  expect(findings(resumed)).toEqual(findings(expected));
});

test('a soup of layers is replayed, reported on, exported and verified', async () => {
  const { run } = await cookFile(whole, recipeFile('layers', 'greedy-layers', { granularity: 'layer', start: 'soup' }));
  const replay = await whole.runs.replay(run.id);
  expect(replay).toMatchObject({ steps: { same: true }, coefficients: { differing: 0 }, scores: { differing: 0 } });
  await whole.runs.writeReport(run.id);
  const folder = join(world.folder, 'exported');
  const { soup } = await whole.exports.export({ runId: run.id, folder, format: 'safetensors' });
  expect(await verifyFile({ file: soup })).toMatchObject({ identical: true });
});

test('an unknown strategy is told with its option and line', async () => {
  await expect(cookFile(whole, recipeFile('unknown', 'layerwise', { strategy: 'some' }))).rejects.toMatchObject({
    code: 'recipe/bad-option',
    where: expect.stringMatching(/recipe layerwise, option strategy; .*unknown\.yml, line 3/),
  });
});
