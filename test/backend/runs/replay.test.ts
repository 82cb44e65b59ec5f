import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import type { RunDetails } from '../../../main/backend/runs/run-details.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import { cookFile } from '../cooking.ts';
import { makeToyWorld } from '../toy-world.ts';

const world = makeToyWorld('greedy');
const folder = mkdtempSync(join(tmpdir(), 'stockpot-replay-'));
let backend: Backend;
let details: RunDetails;

beforeAll(async () => {
  backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
  details = await cookFile(backend, world.recipe);
});

afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
  world.remove();
});

const NONE = { differing: 0, differences: [] };

test('a replay computes everything anew and finds the same, to the last bit', async () => {
  const stages = new Set<string>();
  const images = { done: 0 };
  const kept = readdirSync(backend.paths.predictions);
  const replay = await backend.runs.replay(details.run.id, {
    onProgress({ stage, done, unit }) {
      stages.add(stage);
      if (unit === 'images') images.done = Math.max(images.done, done);
    },
  });
  expect(replay).toMatchObject({
    runtime: { before: details.run.runtimeIdentity, now: details.run.runtimeIdentity },
    steps: { total: details.trace.length, same: true },
    coefficients: { total: 5, ...NONE },
    scores: NONE,
  });
  // Five ingredients, the soup and two ensembles on three splits, by hits and by cross-entropy.
  expect(replay.scores.total).toBe(2 * 8 * 3);
  expect([...stages]).toEqual(
    expect.arrayContaining(['Checking the ingredients', 'Preparing the splits', 'Starting the engines']),
  );
  expect(images.done).toBeGreaterThan(0);
  expect(backend.runs.lastReplay(details.run.id)).toEqual(replay);
  expect(backend.runs.list()).toHaveLength(1);
  expect(readdirSync(backend.paths.predictions)).toEqual(kept);
  expect(existsSync(join(folder, 'cache', `replay-${details.run.id}`))).toBe(false);
});

test('what is told of a run and does not come out again is named, with both figures', async () => {
  const { coefficients } = details.run;
  const weights = [...coefficients!.groups[0]!.weights];
  weights[0] = weights[0]! + 2 ** -40;
  const changed = { groups: [{ ...coefficients!.groups[0]!, weights }] };
  backend.database.query('UPDATE runs SET coefficients = ? WHERE id = ?').run(JSON.stringify(changed), details.run.id);
  const evaluation = details.rows.at(-1)!.evaluations.at(-1)!;
  backend.database.query('UPDATE evaluations SET correct = correct - 1 WHERE id = ?').run(evaluation.id);
  const replay = await backend.runs.replay(details.run.id);
  expect(replay.coefficients).toMatchObject({
    differing: 1,
    differences: [{ what: 'model-0', before: weights[0], now: weights[0]! - 2 ** -40 }],
  });
  expect(replay.scores.differences).toEqual([
    { what: 'ensemble, mean probabilities on noisy, correct', before: evaluation.correct - 1, now: evaluation.correct },
  ]);
});

test('an ingredient that is another by now is refused, and the last outcome stays', async () => {
  const before = backend.runs.lastReplay(details.run.id);
  const path = world.checkpoints[0]!;
  const bytes = readFileSync(path);
  const touched = Buffer.from(bytes);
  touched[touched.length - 1] = touched[touched.length - 1]! ^ 1;
  writeFileSync(path, touched);
  await expect(backend.runs.replay(details.run.id)).rejects.toMatchObject({ code: 'ingredients/changed' });
  writeFileSync(path, bytes);
  expect(backend.runs.lastReplay(details.run.id)).toEqual(before);
});
