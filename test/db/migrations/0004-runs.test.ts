import { expect, test } from 'vitest';
import { addIngredient, addSplit, atVersion, NOW } from './at-version.ts';

const RUN = `INSERT INTO runs (id, project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate,
  dtype, status, created_at) VALUES (?, 1, 'k', 'uniform', '{}', '', '{}', 0, 'f32', 'keep', ?, ?)`;

test('adds runs; one that is done has its coefficients', async () => {
  const { sqlite, upgradeTo } = await atVersion(3);
  addIngredient(sqlite);
  addSplit(sqlite);
  await upgradeTo(4);
  const insert = sqlite.prepare(RUN);
  insert.run(1, 'queued', NOW);
  expect(() => insert.run(2, 'thinking', NOW)).toThrow(/CHECK/);
  expect(() => insert.run(2, 'done', NOW)).toThrow(/CHECK/);
  sqlite.exec(`UPDATE runs SET status = 'done', coefficients = '{}', summary = 's' WHERE id = 1`);
});

test('an ingredient that a run used stays as long as the run', async () => {
  const { sqlite } = await atVersion(4);
  addIngredient(sqlite);
  sqlite.prepare(RUN).run(1, 'queued', NOW);
  sqlite.exec(`INSERT INTO run_ingredients (run_id, ordinal, ingredient_id, name) VALUES (1, 0, 1, 'a')`);
  expect(() => sqlite.exec('DELETE FROM ingredients')).toThrow(/FOREIGN KEY/);
  sqlite.exec('DELETE FROM runs');
  sqlite.exec('DELETE FROM ingredients');
});
