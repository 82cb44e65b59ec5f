import { expect, test } from 'vitest';
import { addIngredient, atVersion, HASH, NOW } from './at-version.ts';

test('keeps projects and ingredients, the same imported content once', async () => {
  const { sqlite, upgradeTo } = await atVersion(0);
  await upgradeTo(1);
  addIngredient(sqlite);
  const again = sqlite.prepare(
    `INSERT INTO ingredients (project_id, name, path, format, sha256, byte_size, parameter_count, architecture,
       hyperparameters, origin, created_at)
     VALUES (1, 'b', '/b', 'safetensors', ?, 1, 1, ?, '{}', ?, ?)`,
  );
  expect(() => again.run(HASH, '{}', 'imported', NOW)).toThrow(/UNIQUE/);
  expect(() => again.run('b'.repeat(64), 'no json', 'imported', NOW)).toThrow(/CHECK/);
  expect(() => again.run('short', '{}', 'imported', NOW)).toThrow(/CHECK/);
  // A trained one must say how it was trained.
  expect(() => again.run('b'.repeat(64), '{}', 'trained', NOW)).toThrow(/CHECK/);
});

test('what belongs to a project goes with it', async () => {
  const { sqlite } = await atVersion(1);
  addIngredient(sqlite);
  sqlite.exec('DELETE FROM projects');
  expect(sqlite.prepare('SELECT count(*) AS count FROM ingredients').get()).toEqual({ count: 0 });
});
