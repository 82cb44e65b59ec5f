import { expect, test } from 'vitest';
import { atVersion } from './at-version.ts';

test('lists of runs, and the values of a column, are answered by indexes alone', async () => {
  const { sqlite, upgradeTo } = await atVersion(12);
  await upgradeTo(13);
  const planOf = (sql: string): unknown => sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).get();
  expect(planOf('SELECT id FROM runs WHERE project_id = 1 AND deleted_at IS NULL ORDER BY id DESC')).toMatchObject({
    detail: 'SEARCH runs USING COVERING INDEX runs_in_lists (project_id=? AND deleted_at=?)',
  });
  expect(planOf("SELECT run_id, value FROM run_values WHERE name = 'seed'")).toMatchObject({
    detail: 'SEARCH run_values USING COVERING INDEX run_values_by_name (name=?)',
  });
});
