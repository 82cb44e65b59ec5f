import { join } from 'node:path';
import { openDatabase } from '../../db/open.ts';
import { runColumns } from '../../db/repositories/run-columns.ts';
import { createBackend } from '../../main/backend/backend.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookByCommandLine } from '../../test/e2e-browser/server.ts';
import { makeSlowWorld } from '../../test/e2e-browser/slow-world.ts';
import { seedRuns } from '../../test/support/seed-runs.ts';
import { makeComparison } from './comparison-project.ts';

export const PROJECTS = 50;
export const RUNS = 10_000;
export const COLUMNS = 40;

/** Of the projects that have neither many runs nor a comparison. */
const FEW_RUNS = 20;

export interface BenchWorkspace {
  readonly folder: string;
  /** A project with many runs, and the columns that its table shows. */
  readonly search: { readonly id: number; readonly columns: readonly string[] };
  /** A project with many subjects, measured on many sets, and the references of those that are compared. */
  readonly comparison: { readonly id: number; readonly subjects: readonly string[] };
  /** The name of a project that really was cooked, and whose cooking takes a while. */
  readonly slow: string;
  /** Removes what the slow project's cooking reads. */
  remove(): void;
}

/** A workspace such as months of work leave behind; everything in it went through what cooking writes with. */
export async function makeWorkspace(folder: string, log: (line: string) => void): Promise<BenchWorkspace> {
  const workspace = join(folder, 'workspace');
  log('Cooking a project …');
  const slow = makeSlowWorld();
  await cookByCommandLine(slow.recipe, workspace);
  log('Fifty subjects on ten sets …');
  const backend = await createBackend({ workspaceFolder: workspace, processHost: createNodeProcessHost() });
  const comparison = await makeComparison(backend);
  await backend.close();
  log(`${RUNS} runs in one project, ${FEW_RUNS} in each of the others …`);
  const database = await openDatabase(join(workspace, 'stockpot.db'));
  const search = seedRuns(database, RUNS, 'search');
  for (let place = 3; place < PROJECTS; place++) seedRuns(database, FEW_RUNS, `project ${place}`);
  const columns = runColumns(database, search).map(({ id }) => id);
  database.close();
  return {
    folder: workspace,
    search: { id: search, columns: columns.slice(0, COLUMNS) },
    comparison,
    slow: 'slow',
    remove: () => slow.remove(),
  };
}
