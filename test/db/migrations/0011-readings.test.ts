import { expect, test } from 'vitest';
import { addIngredient, atVersion, HASH, NOW } from './at-version.ts';

test('ingredients that are there are read as their content says; another reading is another ingredient', async () => {
  const { sqlite, upgradeTo } = await atVersion(10);
  addIngredient(sqlite);
  await upgradeTo(11);
  expect(sqlite.prepare('SELECT reading FROM ingredients').pluck().all()).toEqual([null]);
  const insert = sqlite.prepare(
    `INSERT INTO ingredients (project_id, name, path, format, sha256, reading, byte_size, parameter_count, architecture,
       hyperparameters, origin, created_at)
     VALUES (1, 'a', '/a', 'pytorch-zip', ?, ?, 1, 1, '{}', '{}', 'imported', ?)`,
  );
  insert.run(HASH, '{"stateDict":"ema"}', NOW);
  expect(() => insert.run(HASH, '{"stateDict":"ema"}', NOW)).toThrow(/UNIQUE/);
  expect(() => insert.run(HASH, null, NOW)).toThrow(/UNIQUE/);
  expect(() => insert.run(HASH, 'ema', NOW)).toThrow(/CHECK/);
});
