import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../db/open.ts';
import { CARRIED_TABLES } from '../../db/repositories/project-rows.ts';

/** Made again from the others, about this machine only, or of the workspace and not of a project. */
const NOT_CARRIED = ['exports', 'job_events', 'jobs', 'presets', 'run_columns', 'run_families', 'run_values'];

test('every table is either carried with a project or left out on purpose', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot-tables-'));
  const database = await openDatabase(join(folder, 'stockpot.db'));
  const tables = database
    .query<{ readonly name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all();
  database.close();
  await rm(folder, { recursive: true });
  expect(tables.map(({ name }) => name).sort()).toEqual([...CARRIED_TABLES, ...NOT_CARRIED].sort());
});
