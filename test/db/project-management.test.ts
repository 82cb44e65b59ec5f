import { expect, test } from 'vitest';
import { projectRepository } from '../../db/repositories/projects.ts';
import { listRuns } from '../../db/repositories/run-list.ts';
import { temporaryDatabase } from './temporary.ts';

test('a project set aside is on no list, gives its name free and can be brought back', async () => {
  const projects = projectRepository(await temporaryDatabase());
  const { id } = projects.ensure('Birds');
  projects.describe(id, 'Feathers', ['vision']);
  projects.setAside(id);
  expect(projects.list()).toEqual([]);
  expect(projects.summaries()).toEqual([]);
  expect(projects.byName('Birds')).toBeUndefined();
  expect(projects.nameBefore(id)).toBe('Birds');
  const other = projects.ensure('Birds');
  expect(other.id).not.toBe(id);
  projects.rename(other.id, 'Owls');
  projects.bringBack(id);
  expect(projects.summary(id)).toMatchObject({ name: 'Birds', notes: 'Feathers', tags: ['vision'] });
});

test('only what was set aside before the moment is purged', async () => {
  const projects = projectRepository(await temporaryDatabase());
  const kept = projects.ensure('Kept');
  const gone = projects.ensure('Gone');
  projects.setAside(gone.id);
  expect(projects.purge('2000-01-01T00:00:00.000Z')).toEqual([]);
  expect(projects.purge('2999-01-01T00:00:00.000Z')).toEqual([gone.id]);
  expect(projects.nameBefore(gone.id)).toBeUndefined();
  expect(projects.list().map(({ id }) => id)).toEqual([kept.id]);
});

test('runs are windowed, filtered and sorted by several columns in the database', async () => {
  const database = await temporaryDatabase();
  const projects = projectRepository(database);
  const { id: projectId } = projects.ensure('Birds');
  const insert = database.query(
    `INSERT INTO runs (project_id, content_key, recipe, options, recipe_file, architecture, seed, accumulate, dtype, status,
       created_at) VALUES (?, ?, ?, '{}', '', '{}', ?, 'f32', 'keep', ?, '2026-01-01T00:00:00.000Z')`,
  );
  for (let i = 0; i < 30; i++) {
    insert.run(projectId, `key ${i}`, i % 3 === 0 ? 'greedy' : 'uniform', i % 2, i % 5 === 0 ? 'failed' : 'queued');
  }
  const sort = [
    { column: 'recipe', descending: false },
    { column: 'seed', descending: true },
  ] as const;
  const first = listRuns(database, { projectId, sort, offset: 0, limit: 7 });
  const second = listRuns(database, { projectId, sort, offset: 7, limit: 7 });
  expect(first.total).toBe(30);
  const order = [...first.rows, ...second.rows].map(({ recipe, seed, id }) => [recipe, seed, id]);
  expect(order.slice(0, 10).every(([recipe]) => recipe === 'greedy')).toBe(true);
  expect(order.slice(0, 5).map(([, seed]) => seed)).toEqual([1, 1, 1, 1, 1]);
  expect(order.slice(0, 5).map(([, , id]) => id)).toEqual([28, 22, 16, 10, 4]);
  const condition = {
    kind: 'and',
    parts: [
      { kind: 'text', text: 'GREE' },
      { kind: 'compare', column: 'status', comparison: '=', value: 'failed' },
    ],
  } as const;
  expect(listRuns(database, { condition, sort: [], offset: 0, limit: 10 })).toMatchObject({ total: 2 });
  projects.setAside(projectId);
  expect(listRuns(database, { sort: [], offset: 0, limit: 10 }).total).toBe(0);
});
