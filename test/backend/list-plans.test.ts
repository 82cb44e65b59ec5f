import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../db/open.ts';
import { jobRepository } from '../../db/repositories/jobs.ts';
import { sweepRepository } from '../../db/repositories/sweeps.ts';
import { createRouter } from '../../main/backend/api/router.ts';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { JobQueue } from '../../main/backend/jobs/queue.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import type { Client } from '../../preload/contract/contract.ts';
import { seedJobs } from '../support/seed-jobs.ts';
import { seedRuns } from '../support/seed-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'stockpot-plans-'));
const statements = new Set<string>();
let backend: Backend;
let client: Client;
let projectId: number;
let sweepId: number;

beforeAll(async () => {
  const database = await openDatabase(join(folder, 'stockpot.db'));
  projectId = seedRuns(database, 60);
  seedRuns(database, 20, 'another');
  seedJobs(database);
  const axes = [{ option: ['alpha'], values: [0, 1] }];
  sweepId = sweepRepository(database).add({ projectId, recipe: 'wise-ft', recipeFile: '', axes, metric: 'loss' }).id;
  database.close();
  backend = await createBackend({
    workspaceFolder: folder,
    processHost: createNodeProcessHost(),
    onSlowQuery: ({ sql }) => void statements.add(sql),
    slowMilliseconds: -1,
  });
  const jobs = new JobQueue(jobRepository(backend.database), []);
  client = createRouterClient(createRouter({ backend, jobs, versions: [] }));
});
afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true, force: true });
});

const NEWEST = [{ column: 'id', descending: true }];
const SORT = [
  { column: 'accuracy.clean', descending: true },
  { column: 'recipe', descending: false },
];
const WHERE = 'clean > 90% and not tag:paper and (lead.blur > 0 or temperature is empty or greedy)';
const COLUMNS = ['accuracy.clean', 'seconds'];

/** Tables that grow with the work that is done: a list must not read one from end to end. */
const LARGE = [
  'runs',
  'run_values',
  'run_results',
  'run_ingredients',
  'run_splits',
  'evaluations',
  'subjects',
  'predictions',
  'sweeps',
  'sweep_scores',
];

const LISTS: Readonly<Record<string, () => Promise<unknown>>> = {
  'projects.list': () => client.projects.list(),
  'projects.overview': () => client.projects.overview({ id: projectId }),
  'ingredients.list': () => client.ingredients.list({ projectId }),
  'datasets.list': () => client.datasets.list({ projectId }),
  'sweeps.list': () => client.sweeps.list({ projectId }),
  'sweeps.get': () => client.sweeps.get({ id: sweepId }),
  'presets.list': () => client.presets.list(),
  'jobs.list': () => client.jobs.list(),
  'runs.columns': () => client.runs.columns({ projectId }),
  'runs.list': () => client.runs.list({ projectId, sort: NEWEST }),
  'runs.list, filtered and sorted': () => client.runs.list({ projectId, where: WHERE, sort: SORT, columns: COLUMNS }),
  'runs.list, of all projects': () => client.runs.list({ sort: SORT }),
  'runs.ids': () => client.runs.ids({ projectId, where: WHERE, sort: SORT }),
  'runs.groups': () => client.runs.groups({ projectId, where: WHERE, sort: SORT, columns: COLUMNS }),
  'compare.choices': () => client.compare.choices({ projectId, text: 'greedy' }),
  'compare.overview': async () => {
    const choices = await client.compare.choices({ projectId });
    return await client.compare.overview({ projectId, subjects: choices.slice(0, 50).map(({ ref }) => ref) });
  },
};

test.each(Object.entries(LISTS))('%s reads no large table from end to end', async (_, call) => {
  statements.clear();
  await call();
  // What has been read before is asked for again where somebody else may have changed something.
  const plans = [...statements].filter((sql) => !sql.startsWith('CREATE')).flatMap(planOf);
  expect(plans.filter(({ detail }) => readsAll(detail)).map(({ sql, detail }) => `${detail}\n${sql}`)).toEqual([]);
});

function planOf(sql: string): readonly { readonly sql: string; readonly detail: string }[] {
  const nothing = new Array<null>(sql.split('?').length - 1).fill(null);
  return backend.database
    .query<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...nothing)
    .map(({ detail }) => ({ sql, detail }));
}

function readsAll(detail: string): boolean {
  const [, scanned] = /^SCAN (\w+)/.exec(detail) ?? [];
  return LARGE.includes(scanned ?? '');
}
