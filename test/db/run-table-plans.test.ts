import { expect, test } from 'vitest';
import type { Database } from '../../db/open.ts';
import { runColumns } from '../../db/repositories/run-columns.ts';
import { groupFigures, groupRecipes, groupRuns, groupSettings } from '../../db/repositories/run-groups.ts';
import { listRuns } from '../../db/repositories/run-list.ts';
import { subjectScores } from '../../db/repositories/subject-scores.ts';
import { parseFilter } from '../../main/backend/runs/filter/parse-filter.ts';
import { seedRuns } from '../support/seed-runs.ts';
import { temporaryDatabase } from './temporary.ts';

/** What SQLite does for every statement that `work` has it execute. */
async function plansOf(work: (database: Database, projectId: number) => void): Promise<readonly string[]> {
  const statements = new Set<string>();
  const onSlowQuery = ({ sql }: { readonly sql: string }): void => void statements.add(sql);
  const database = await temporaryDatabase({ onSlowQuery, slowMilliseconds: -1 });
  const projectId = seedRuns(database, 30);
  statements.clear();
  work(database, projectId);
  return [...statements]
    .filter((sql) => !sql.startsWith('CREATE'))
    .flatMap((sql) => {
      const explain = database.query<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
      return explain.all(...new Array<null>(sql.split('?').length - 1).fill(null)).map(({ detail }) => detail);
    });
}

const scans = (plans: readonly string[]) =>
  plans.filter((plan) => /^SCAN (?!wanted|member|json_each|CONSTANT)/.test(plan));

test('a list of runs reads no table from end to end, however it is filtered and sorted', async () => {
  const where = 'recipe = greedy and clean > 0.9 and not tag:paper and (lead.blur > 0 or temperature is empty)';
  const plans = await plansOf((database, projectId) =>
    listRuns(database, {
      projectId,
      condition: parseFilter(where, runColumns(database, projectId)),
      sort: [
        { column: 'shifted', descending: true },
        { column: 'recipe', descending: false },
      ],
      offset: 0,
      limit: 100,
    }),
  );
  expect(scans(plans)).toEqual([]);
  expect(plans).toContainEqual(
    expect.stringContaining('USING COVERING INDEX runs_in_lists (project_id=? AND deleted_at=?)'),
  );
  expect(plans).toContainEqual(expect.stringContaining('COVERING INDEX run_values_by_name (name=? AND run_id=?)'));
});

test('groups, and scores of what is compared, are found by index as well', async () => {
  const plans = await plansOf((database, projectId) => {
    const groups = groupRuns(database, { projectId }, ['accuracy.clean']);
    groupFigures(database, groups, ['accuracy.clean', 'seconds']);
    groupRecipes(database, groups);
    groupSettings(database, groups);
    subjectScores(database, ['soup search clean 3']);
  });
  expect(scans(plans)).toEqual([]);
  expect(plans).toContainEqual(
    expect.stringContaining('USING COVERING INDEX runs_in_lists (project_id=? AND deleted_at=?)'),
  );
});
