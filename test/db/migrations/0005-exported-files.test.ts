import { expect, test } from 'vitest';
import { addIngredient, atVersion, HASH, NOW } from './at-version.ts';

test('adds exported files of runs', async () => {
  const { sqlite, upgradeTo } = await atVersion(4);
  addIngredient(sqlite);
  sqlite.exec(`INSERT INTO runs (id, project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate,
    dtype, status, created_at) VALUES (1, 1, 'k', 'uniform', '{}', '', '{}', 0, 'f32', 'keep', 'queued', '${NOW}')`);
  await upgradeTo(5);
  const insert = sqlite.prepare(
    `INSERT INTO exports (run_id, path, format, dtype, sha256, byte_size, created_at) VALUES (1, '/s', ?, 'keep', ?, 1, ?)`,
  );
  insert.run('safetensors', HASH, NOW);
  expect(() => insert.run('onnx', HASH, NOW)).toThrow(/CHECK/);
  sqlite.exec('DELETE FROM runs');
  expect(sqlite.prepare('SELECT count(*) AS count FROM exports').get()).toEqual({ count: 0 });
});
