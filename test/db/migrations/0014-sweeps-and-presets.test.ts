import { expect, test } from 'vitest';
import { addIngredient, atVersion, NOW } from './at-version.ts';

test('sweeps go with their project, outlive their job, and are listed by an index', async () => {
  const { sqlite, upgradeTo } = await atVersion(1);
  addIngredient(sqlite);
  await upgradeTo(14);
  sqlite.exec(`INSERT INTO jobs (id, kind, title, request, state, created_at)
    VALUES (1, 'sweep', 'a sweep', '{}', 'done', '${NOW}')`);
  sqlite.exec(`INSERT INTO sweeps (id, project_id, job_id, recipe, recipe_file, axes, metric, created_at)
    VALUES (1, 1, 1, 'wise-ft', 'recipe: wise-ft', '[]', 'accuracy', '${NOW}')`);
  sqlite.exec('DELETE FROM jobs');
  expect(sqlite.prepare('SELECT job_id FROM sweeps').get()).toEqual({ job_id: null });
  const plan = sqlite.prepare('EXPLAIN QUERY PLAN SELECT id FROM sweeps WHERE project_id = 1 AND deleted_at IS NULL');
  expect(plan.get()).toMatchObject({
    detail: 'SEARCH sweeps USING COVERING INDEX sweeps_in_lists (project_id=? AND deleted_at=?)',
  });
  sqlite.exec('DELETE FROM ingredients; DELETE FROM projects');
  expect(sqlite.prepare('SELECT count(*) AS count FROM sweeps').get()).toEqual({ count: 0 });
});

test('a preset has a name that no other has', async () => {
  const { sqlite } = await atVersion(14);
  const insert = sqlite.prepare('INSERT INTO presets (name, recipe, recipe_file, created_at) VALUES (?, ?, ?, ?)');
  insert.run('mine', 'uniform', 'recipe: uniform', NOW);
  expect(() => insert.run('mine', 'greedy', 'recipe: greedy', NOW)).toThrow('UNIQUE');
});
