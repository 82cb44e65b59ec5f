import { expect, test } from 'vitest';
import { addIngredient, atVersion, NOW } from './at-version.ts';

test('keeps jobs with their events, and gives ingredients tags and a way out; what was there stays', async () => {
  const { sqlite, upgradeTo } = await atVersion(6);
  addIngredient(sqlite);
  await upgradeTo(7);
  expect(sqlite.prepare('SELECT name, tags, deleted_at FROM ingredients').all()).toEqual([
    { name: 'a', tags: '[]', deleted_at: null },
  ]);
  expect(() => sqlite.exec(`UPDATE ingredients SET tags = 'x'`)).toThrow(/CHECK/);

  const add = (state: string) =>
    sqlite
      .prepare(
        `INSERT INTO jobs (kind, title, project_id, request, state, created_at) VALUES ('cook', 'Cook', 1, '{}', ?, ?)`,
      )
      .run(state, NOW).lastInsertRowid;
  expect(() => add('resting')).toThrow(/CHECK/);
  const id = add('queued');
  sqlite.prepare('INSERT INTO job_events (job_id, ordinal, at, event) VALUES (?, 0, ?, ?)').run(id, NOW, '{}');
  sqlite.exec('DELETE FROM jobs');
  expect(sqlite.prepare('SELECT count(*) AS count FROM job_events').get()).toEqual({ count: 0 });
  expect(add('queued')).not.toBe(id);
});
