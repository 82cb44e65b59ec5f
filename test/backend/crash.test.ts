import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../db/open.ts';
import { createBackend } from '../../main/backend/backend.ts';
import { workspacePaths } from '../../main/backend/workspace.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { isPartialName } from '../../main/files/partial-names.ts';
import { cookFile, findings } from './cooking.ts';
import { makeToyWorld, type ToyWorld } from './toy-world.ts';

const CHILD = fileURLToPath(new URL('./cook-child.ts', import.meta.url));

let world: ToyWorld;
let undisturbed: unknown;

beforeAll(async () => {
  world = makeToyWorld();
  undisturbed = findings(await cook(join(world.folder, 'undisturbed')));
});
afterAll(() => world.remove());

async function cook(workspaceFolder: string) {
  const backend = await createBackend({ workspaceFolder, processHost: createNodeProcessHost() });
  try {
    return await cookFile(backend, world.recipe);
  } finally {
    await backend.close();
  }
}

/** Cooks in another process and kills it with SIGKILL when it has said its n-th line; resolves with how it ended. */
function killAtLine(workspaceFolder: string, lineNumber: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [CHILD, workspaceFolder, world.recipe], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let lines = 0;
  createInterface({ input: child.stdout }).on('line', () => {
    lines += 1;
    if (lines === lineNumber) child.kill('SIGKILL');
  });
  return new Promise((resolve) => void child.on('exit', (_, signal) => resolve(signal)));
}

test.each([1, 8, 24, 48])(
  'killed at event %i: the database is sound and a rerun ends with the same results',
  async (line) => {
    const folder = join(world.folder, `killed-${line}`);
    expect(await killAtLine(folder, line)).toBe('SIGKILL');

    const database = await openDatabase(workspacePaths(folder).database);
    expect(database.integrityProblems()).toEqual([]);
    database.close();

    const details = await cook(folder);
    expect(findings(details)).toEqual(undisturbed);
    expect(details.run).toMatchObject({ id: 1, status: 'done' });
    const leftovers = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => isPartialName(name));
    expect(leftovers).toEqual([]);
    expect(existsSync(join(workspacePaths(folder).runs, '1', 'report.html'))).toBe(true);
  },
);
