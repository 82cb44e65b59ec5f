import { expect, test } from 'vitest';
import { addIngredient, addSplit, atVersion, NOW } from './at-version.ts';

test('gives runs tags, notes and a way back from deletion, and their values by column; those that are there get theirs', async () => {
  const { sqlite, upgradeTo } = await atVersion(7);
  addIngredient(sqlite);
  addSplit(sqlite);
  sqlite.exec(`
    INSERT INTO runs (id, project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate, dtype,
      status, created_at) VALUES (1, 1, 'k', 'greedy', '{"order":"sorted","top":3,"fast":true,"no":null}', '', '{}', 0, 'f32',
      'keep', 'queued', '${NOW}');
    INSERT INTO run_ingredients VALUES (1, 0, 1, 'a');
    INSERT INTO subjects VALUES (1, 'soup', 's', '{}'), (2, 'ingredient', 'i', '{}');
    INSERT INTO evaluations VALUES (1, 1, 'k', '{}', 'onnx', 9, 10, 0.9, 0.5, 1, '${NOW}'),
      (2, 2, 'k', '{}', 'onnx', 8, 10, 0.8, NULL, 1, '${NOW}');
    INSERT INTO run_results VALUES (1, 0, 'ingredient', 'a', 1, 2), (1, 1, 'soup', 'soup', 1, 1);
  `);
  await upgradeTo(8);
  const values = sqlite.prepare('SELECT name, value FROM run_values WHERE run_id = 1 ORDER BY name');
  const named = () =>
    Object.fromEntries((values.all() as { name: string; value: unknown }[]).map((v) => [v.name, v.value]));
  expect(named()).toEqual({
    'option.fast': 'true',
    'option.order': 'sorted',
    'option.top': 3,
    ingredients: 1,
    ingredientSet: '1',
    'accuracy.clean': 0.9,
    'loss.clean': 0.5,
    'lead.clean': expect.closeTo(0.1, 12),
  });
  expect(sqlite.prepare('SELECT count(*) AS count FROM run_columns').get()).toEqual({ count: 8 });
  sqlite.exec('DELETE FROM run_results');
  expect(Object.keys(named())).not.toContain('accuracy.clean');
  sqlite.exec('DELETE FROM runs');
  expect(named()).toEqual({});
  expect(() =>
    sqlite.exec(`INSERT INTO saved_views (project_id, name, search, created_at) VALUES (1, 'v', 'x', '')`),
  ).toThrow(/CHECK/);
});

test('a shifted mean is over the test sets with a corruption only, and the selection split stands apart', async () => {
  const { sqlite, upgradeTo } = await atVersion(8);
  addIngredient(sqlite);
  addSplit(sqlite);
  await upgradeTo(8);
  const split = sqlite.prepare(
    `INSERT INTO splits (id, dataset_id, role, name, key, source, normalization, sample_count, sample_shape, class_count,
       created_at) VALUES (?, 1, ?, ?, ?, ?, '{}', 10, '[1]', 2, '${NOW}')`,
  );
  split.run(2, 'test', 'noise', 'n', '{"corruption":{"kind":"blur"}}');
  split.run(3, 'test', 'blur', 'b', '{"corruption":{"kind":"blur"}}');
  split.run(4, 'selection', 'selection', 's', '{}');
  sqlite.exec(`
    INSERT INTO runs (id, project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate, dtype,
      status, created_at) VALUES (1, 1, 'k', 'greedy', '{}', '', '{}', 0, 'f32', 'keep', 'queued', '${NOW}');
    INSERT INTO subjects VALUES (1, 'soup', 's', '{}');
    INSERT INTO evaluations VALUES (1, 1, 'k', '{}', 'x', 9, 10, 0.9, 0.5, 1, ''), (2, 1, 'n', '{}', 'x', 6, 10, 0.6, 1, 1, ''),
      (3, 1, 'b', '{}', 'x', 8, 10, 0.8, 1, 1, ''), (4, 1, 's', '{}', 'x', 7, 10, 0.7, 1, 1, '');
    INSERT INTO run_results VALUES (1, 0, 'soup', 'soup', 1, 1), (1, 1, 'soup', 'soup', 2, 2), (1, 2, 'soup', 'soup', 3, 3),
      (1, 3, 'soup', 'soup', 4, 4);
  `);
  const value = sqlite.prepare('SELECT value FROM run_values WHERE name = ?').pluck();
  expect(value.get('shifted')).toBeCloseTo(0.7, 12);
  expect(value.get('selection')).toBe(0.7);
});
