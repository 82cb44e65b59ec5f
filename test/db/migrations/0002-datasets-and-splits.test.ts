import { expect, test } from 'vitest';
import { addIngredient, addSplit, atVersion, NOW } from './at-version.ts';

test('adds data sets and splits, and leaves what was there', async () => {
  const { sqlite, upgradeTo } = await atVersion(1);
  addIngredient(sqlite);
  await upgradeTo(2);
  addSplit(sqlite);
  expect(sqlite.prepare('SELECT name FROM ingredients').all()).toEqual([{ name: 'a' }]);
  const insert = sqlite.prepare(
    `INSERT INTO splits (dataset_id, role, name, key, source, normalization, sample_count, sample_shape, class_count,
       created_at)
     VALUES (1, ?, 'clean', 'k', '{}', '{}', 10, '[1]', 2, ?)`,
  );
  expect(() => insert.run('test', NOW)).toThrow(/UNIQUE/);
  expect(() => insert.run('validation', NOW)).toThrow(/CHECK/);
});
