import { expect, test } from 'vitest';
import { addIngredient, addSplit, atVersion, NOW } from './at-version.ts';

test('adds subjects, predictions and evaluations, each once under the same conditions', async () => {
  const { sqlite, upgradeTo } = await atVersion(2);
  addIngredient(sqlite);
  addSplit(sqlite);
  await upgradeTo(3);
  expect(sqlite.prepare('SELECT name FROM splits').all()).toEqual([{ name: 'clean' }]);
  sqlite.exec(`INSERT INTO subjects (id, kind, key, definition) VALUES (1, 'soup', 'k', '{}')`);
  const insert = sqlite.prepare(
    `INSERT INTO evaluations (subject_id, split_key, preprocessing, runtime_identity, correct, total, accuracy, loss,
       seconds, created_at)
     VALUES (?, 's', 'p', ?, ?, 10, 0.5, ?, 0.1, ?)`,
  );
  insert.run(1, 'r', 5, null, NOW);
  insert.run(1, 'another runtime', 5, 0.3, NOW);
  expect(() => insert.run(1, 'r', 5, 0.3, NOW)).toThrow(/UNIQUE/);
  expect(() => insert.run(1, 'r2', 11, 0.3, NOW)).toThrow(/CHECK/);
  expect(() => insert.run(2, 'r3', 5, 0.3, NOW)).toThrow(/FOREIGN KEY/);
});
