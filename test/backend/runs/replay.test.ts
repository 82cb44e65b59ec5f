import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withCookedBackend } from '../cooked-backend.ts';
import { cookFile } from '../cooking.ts';
import { toyRecipe } from '../toy-world.ts';

const cooked = withCookedBackend('greedy');

const NONE = { differing: 0, differences: [] };

test('a replay computes everything anew and finds the same, to the last bit', async () => {
  const stages = new Set<string>();
  const images = { done: 0 };
  const kept = readdirSync(cooked.backend.paths.predictions);
  const replay = await cooked.backend.runs.replay(cooked.details.run.id, {
    onProgress({ stage, done, unit }) {
      stages.add(stage);
      if (unit === 'images') images.done = Math.max(images.done, done);
    },
  });
  expect(replay).toMatchObject({
    runtime: { before: cooked.details.run.runtimeIdentity, now: cooked.details.run.runtimeIdentity },
    steps: { total: cooked.details.trace.length, same: true },
    coefficients: { total: 5, ...NONE },
    scores: NONE,
  });
  // Five ingredients, the soup and two ensembles on three splits, by hits and by cross-entropy.
  expect(replay.scores.total).toBe(2 * 8 * 3);
  expect([...stages]).toEqual(
    expect.arrayContaining(['Checking the ingredients', 'Preparing the splits', 'Starting the engines']),
  );
  expect(images.done).toBeGreaterThan(0);
  expect(cooked.backend.runs.lastReplay(cooked.details.run.id)).toEqual(replay);
  expect(cooked.backend.runs.list()).toHaveLength(1);
  expect(readdirSync(cooked.backend.paths.predictions)).toEqual(kept);
  expect(existsSync(join(cooked.folder, 'cache', `replay-${cooked.details.run.id}`))).toBe(false);
});

test('what is told of a run and does not come out again is named, with both figures', async () => {
  const { coefficients } = cooked.details.run;
  const weights = [...coefficients!.groups[0]!.weights];
  weights[0] = weights[0]! + 2 ** -40;
  const changed = { groups: [{ ...coefficients!.groups[0]!, weights }] };
  cooked.backend.database
    .query('UPDATE runs SET coefficients = ? WHERE id = ?')
    .run(JSON.stringify(changed), cooked.details.run.id);
  const evaluation = cooked.details.rows.at(-1)!.evaluations.at(-1)!;
  cooked.backend.database.query('UPDATE evaluations SET correct = correct - 1 WHERE id = ?').run(evaluation.id);
  const replay = await cooked.backend.runs.replay(cooked.details.run.id);
  expect(replay.coefficients).toMatchObject({
    differing: 1,
    differences: [{ what: 'model-0', before: weights[0], now: weights[0]! - 2 ** -40 }],
  });
  expect(replay.scores.differences).toEqual([
    { what: 'ensemble, mean probabilities on noisy, correct', before: evaluation.correct - 1, now: evaluation.correct },
  ]);
});

test('an ingredient that is another by now is refused, and the last outcome stays', async () => {
  const before = cooked.backend.runs.lastReplay(cooked.details.run.id);
  const path = cooked.world.checkpoints[0]!;
  const bytes = readFileSync(path);
  const touched = Buffer.from(bytes);
  touched[touched.length - 1] = touched[touched.length - 1]! ^ 1;
  writeFileSync(path, touched);
  await expect(cooked.backend.runs.replay(cooked.details.run.id)).rejects.toMatchObject({
    code: 'ingredients/changed',
  });
  writeFileSync(path, bytes);
  expect(cooked.backend.runs.lastReplay(cooked.details.run.id)).toEqual(before);
});

test('a run from before candidates raced is replayed without races', async () => {
  const recipe = join(cooked.world.folder, 'before.yml');
  writeFileSync(recipe, `${toyRecipe('greedy')}options: { exhaustive: true }\n`);
  const { run } = await cookFile(cooked.backend, recipe);
  const before = run.recipeFile.replace(/^ *exhaustive: true\n/m, '');
  expect(before).not.toBe(run.recipeFile);
  cooked.backend.database.query('UPDATE runs SET recipe_file = ? WHERE id = ?').run(before, run.id);
  expect(await cooked.backend.runs.replay(run.id)).toMatchObject({ steps: { same: true }, coefficients: NONE });
});
