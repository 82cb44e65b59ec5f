import { expect, test } from 'vitest';
import { addIngredient, atVersion, NOW } from './at-version.ts';

const run = (id: number, seed: number, options = '{}'): string => `
  INSERT INTO runs (id, project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate, dtype,
    status, created_at) VALUES (${id}, 1, 'k', 'greedy', '${options}', '', '{}', ${seed}, 'f32', 'keep', 'queued', '${NOW}');
  INSERT INTO run_ingredients VALUES (${id}, 0, 1, 'a');
`;

test('runs that differ by their seed alone have one family, those that were there before as well', async () => {
  const { sqlite, upgradeTo } = await atVersion(8);
  addIngredient(sqlite);
  sqlite.exec(run(1, 0) + run(2, 1) + run(3, 0, '{"order":"sorted"}'));
  await upgradeTo(9);
  const families = sqlite.prepare('SELECT family_id FROM runs ORDER BY id').pluck();
  const [first, second, other] = families.all() as number[];
  expect(first).not.toBeNull();
  expect(second).toBe(first);
  expect(other).not.toBe(first);
  sqlite.exec(run(4, 2) + run(5, 0, '{"order":"sorted"}') + run(6, 0, '{"order":"article"}'));
  const [fourth, fifth, sixth] = families.all().slice(3) as number[];
  expect([fourth, fifth]).toEqual([first, other]);
  expect([first, other]).not.toContain(sixth);
});

test('a family is of the same ingredients, and goes with the last that belongs to it', async () => {
  const { sqlite, upgradeTo } = await atVersion(8);
  addIngredient(sqlite);
  sqlite.exec(`
    INSERT INTO ingredients (id, project_id, name, path, format, sha256, byte_size, parameter_count, architecture,
      hyperparameters, origin, created_at)
    SELECT 2, project_id, 'b', '/b', format, replace(sha256, 'a', 'b'), byte_size, parameter_count, architecture, hyperparameters, origin,
      created_at FROM ingredients;
  `);
  await upgradeTo(9);
  sqlite.exec(run(1, 0) + run(2, 1));
  sqlite.exec(`INSERT INTO run_ingredients VALUES (2, 1, 2, 'b')`);
  const families = sqlite.prepare('SELECT family_id FROM runs ORDER BY id').pluck();
  const count = sqlite.prepare('SELECT count(*) FROM run_families').pluck();
  expect(new Set(families.all()).size).toBe(2);
  sqlite.exec(`INSERT INTO run_ingredients VALUES (1, 1, 2, 'b')`);
  expect(new Set(families.all()).size).toBe(1);
  expect(count.get()).toBe(1);
  sqlite.exec('DELETE FROM runs');
  expect(count.get()).toBe(0);
});
