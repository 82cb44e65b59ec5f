import { expect, test } from 'vitest';
import { addIngredient, addSplit, atVersion, NOW } from './at-version.ts';

const RUN = `INSERT INTO runs (id, project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate, dtype,
  status, created_at) VALUES (1, 1, 'k', 'greedy', '{}', '', '{}', 0, 'f32', 'keep', 'queued', '${NOW}');`;

/** Ingredient a is the best on the selection split, b on the test set; by cross-entropy it is b on both. */
async function measured() {
  const { sqlite, upgradeTo } = await atVersion(9);
  addIngredient(sqlite);
  addSplit(sqlite);
  sqlite.exec(`
    INSERT INTO splits (id, dataset_id, role, name, key, source, normalization, sample_count, sample_shape, class_count,
      created_at) VALUES (2, 1, 'selection', 'selection', 's', '{}', '{}', 10, '[1]', 2, '${NOW}');
    ${RUN}
    INSERT INTO subjects VALUES (1, 'ingredient', 'a', '{}'), (2, 'ingredient', 'b', '{}'), (3, 'soup', 'c', '{}');
    INSERT INTO evaluations VALUES
      (1, 1, 's', '{}', 'x', 9, 10, 0.9, 0.5, 1, ''), (2, 1, 'k', '{}', 'x', 6, 10, 0.6, 0.9, 1, ''),
      (3, 2, 's', '{}', 'x', 8, 10, 0.8, 0.4, 1, ''), (4, 2, 'k', '{}', 'x', 8, 10, 0.8, 0.7, 1, ''),
      (5, 3, 's', '{}', 'x', 9, 10, 0.9, 0.4, 1, ''), (6, 3, 'k', '{}', 'x', 7, 10, 0.7, 0.5, 1, '');
    INSERT INTO run_results VALUES (1, 0, 'ingredient', 'a', 2, 1), (1, 1, 'ingredient', 'a', 1, 2),
      (1, 2, 'ingredient', 'b', 2, 3), (1, 3, 'ingredient', 'b', 1, 4), (1, 4, 'soup', 'soup', 2, 5), (1, 5, 'soup', 'soup', 1, 6);
  `);
  const value = sqlite.prepare('SELECT value FROM run_values WHERE run_id = 1 AND name = ?').pluck();
  const valueNamed = (name: string) => value.get(name);
  return { sqlite, upgradeTo, valueNamed };
}

test('a lead is over the ingredient that was best on the selection split, also of runs that are there', async () => {
  const { upgradeTo, valueNamed } = await measured();
  expect(valueNamed('lead.clean')).toBeCloseTo(-0.1, 12);
  await upgradeTo(10);
  expect(valueNamed('lead.clean')).toBeCloseTo(0.1, 12);
  expect(valueNamed('selection.loss')).toBe(0.4);
});

test('leads follow the metric that decides in the project, and are ahead where they are positive', async () => {
  const { sqlite, upgradeTo, valueNamed } = await measured();
  await upgradeTo(10);
  sqlite.exec(`UPDATE projects SET metric_sign = -1, metric = 'loss'`);
  expect(valueNamed('lead.clean')).toBeCloseTo(0.2, 12);
  sqlite.exec(`UPDATE projects SET metric_sign = 1, metric = 'brier'`);
  expect(valueNamed('lead.clean')).toBeUndefined();
});

test('a score that becomes known later reaches the runs that it belongs to, and what has no figure does not', async () => {
  const { sqlite, upgradeTo, valueNamed } = await measured();
  await upgradeTo(10);
  sqlite.exec(`UPDATE projects SET metric_sign = -1, metric = 'brier'`);
  const set = sqlite.prepare('UPDATE evaluations SET metrics = ? WHERE id = ?');
  set.run('{"brier":0.3,"top-5":null}', 1);
  set.run('{"brier":0.6}', 2);
  set.run('{"brier":0.4}', 6);
  expect(valueNamed('brier.clean')).toBe(0.4);
  expect(valueNamed('top-5.clean')).toBeUndefined();
  expect(valueNamed('lead.clean')).toBeCloseTo(0.2, 12);
  expect(sqlite.prepare('SELECT figures FROM evaluations WHERE id = 1').pluck().get()).toBe(
    '{"brier":0.3,"top-5":null,"accuracy":0.9,"loss":0.5}',
  );
  sqlite.exec('DELETE FROM run_results');
  expect(valueNamed('brier.clean')).toBeUndefined();
});

test('a run that is scored from now on has its lead at once', async () => {
  const { sqlite, upgradeTo, valueNamed } = await measured();
  await upgradeTo(10);
  sqlite.exec('CREATE TABLE kept AS SELECT * FROM run_results ORDER BY run_id, ordinal; DELETE FROM run_results');
  expect(valueNamed('lead.clean')).toBeUndefined();
  sqlite.exec('INSERT INTO run_results SELECT * FROM kept ORDER BY run_id, ordinal');
  expect(valueNamed('lead.clean')).toBeCloseTo(0.1, 12);
  expect(() => sqlite.exec('UPDATE projects SET metric_sign = 0')).toThrow(/CHECK/);
});
