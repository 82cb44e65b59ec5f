import { expect, test } from 'vitest';
import { addIngredient, atVersion, NOW } from './at-version.ts';

test('gives projects notes, tags, an archive and a way back from deletion; what was there stays', async () => {
  const { sqlite, upgradeTo } = await atVersion(5);
  addIngredient(sqlite);
  await upgradeTo(6);
  const project = sqlite.prepare('SELECT notes, tags, archived_at, deleted_at, deleted_name FROM projects').get();
  expect(project).toEqual({ notes: '', tags: '[]', archived_at: null, deleted_at: null, deleted_name: null });
  expect(sqlite.prepare('SELECT count(*) AS count FROM ingredients').get()).toEqual({ count: 1 });
  expect(() => sqlite.exec(`UPDATE projects SET tags = 'x'`)).toThrow(/CHECK/);
  expect(() => sqlite.exec(`UPDATE projects SET deleted_at = '${NOW}'`)).toThrow(/CHECK/);
  sqlite.exec(`UPDATE projects SET deleted_at = '${NOW}', deleted_name = name`);
});
