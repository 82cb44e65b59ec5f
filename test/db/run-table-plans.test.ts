import { expect, test } from 'vitest';
import type { Database, Query } from '../../db/open.ts';
import { runColumns } from '../../db/repositories/run-columns.ts';
import { groupFigures, groupRecipes, groupRuns, groupSettings } from '../../db/repositories/run-groups.ts';
import { listRuns } from '../../db/repositories/run-list.ts';
import { subjectScores } from '../../db/repositories/subject-scores.ts';
import { parseFilter } from '../../main/backend/runs/filter/parse-filter.ts';
import { seedRuns } from '../support/seed-runs.ts';
import { temporaryDatabase } from './temporary.ts';

/** What SQLite would do for every statement that `work` prepares. */
function plansOf(database: Database, work: (watched: Database) => void): readonly string[] {
  const statements = new Set<string>();
  const watched = new Proxy(database, {
    get: (target, name) =>
      name === 'query'
        ? (sql: string): Query<unknown> => {
            statements.add(sql);
            return target.query(sql);
          }
        : Reflect.get(target, name, target),
  });
  work(watched);
  return [...statements].flatMap((sql) => {
    const explain = database.query<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    return explain.all(...new Array<null>(sql.split('?').length - 1).fill(null)).map(({ detail }) => detail);
  });
}

const scans = (plans: readonly string[]) =>
  plans.filter((plan) => /^SCAN (?!wanted|member|json_each|CONSTANT)/.test(plan));

test('a list of runs reads no table from end to end, however it is filtered and sorted', async () => {
  const database = await temporaryDatabase();
  const projectId = seedRuns(database, 30);
  const where = 'recipe = greedy and clean > 0.9 and not tag:paper and (lead.blur > 0 or temperature is empty)';
  const plans = plansOf(database, (watched) =>
    listRuns(watched, {
      projectId,
      condition: parseFilter(where, runColumns(watched, projectId)),
      sort: [
        { column: 'shifted', descending: true },
        { column: 'recipe', descending: false },
      ],
      offset: 0,
      limit: 100,
    }),
  );
  expect(scans(plans)).toEqual([]);
  expect(plans).toContainEqual(expect.stringContaining('USING INDEX runs_shown (project_id=?)'));
  expect(plans).toContainEqual(expect.stringContaining('SEARCH run_values USING PRIMARY KEY (run_id=? AND name=?)'));
});

test('groups, and scores of what is compared, are found by index as well', async () => {
  const database = await temporaryDatabase();
  const projectId = seedRuns(database, 30);
  const plans = plansOf(database, (watched) => {
    const groups = groupRuns(watched, { projectId }, ['accuracy.clean']);
    groupFigures(watched, groups, ['accuracy.clean', 'seconds']);
    groupRecipes(watched, groups);
    groupSettings(watched, groups);
    subjectScores(watched, ['soup search clean 3']);
  });
  expect(scans(plans)).toEqual([]);
  expect(plans).toContainEqual(expect.stringContaining('USING INDEX runs_shown (project_id=?)'));
});
