import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Fixtures {
  readonly application: ElectronApplication;
  readonly page: Page;
}

/**
 * Tests in a real Electron window, with a workspace and settings of their own. The runtime is the npm package's or, as that
 * package has it, the one in the folder that ELECTRON_OVERRIDE_DIST_PATH names. Where it is too old for today's native modules, STOCKPOT_TEST_RELAY names
 * the script that runs the application's own processes in this Node (it wants a test build).
 */
export const test = base.extend<Fixtures>({
  // Playwright wants the first argument to be a pattern, also where nothing is taken from it.
  // biome-ignore lint/correctness/noEmptyPattern: see above
  application: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'stockpot-desktop-'));
    const application = await _electron.launch({
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        `--user-data-dir=${join(folder, 'settings')}`,
        ROOT,
      ],
      env: { ...environment(), STOCKPOT_WORKSPACE: join(folder, 'workspace'), BACKEND_NODE: process.execPath },
    });
    await use(application);
    await application.close();
    await rm(folder, { recursive: true });
  },
  page: async ({ application }, use) => {
    const page = await application.firstWindow();
    await use(page);
  },
});

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export { expect } from '@playwright/test';
