import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHIMS = fileURLToPath(new URL('shims/main.cjs', import.meta.url));

interface Options {
  /** Files that the application is started with. */
  readonly files: readonly string[];
}

interface Fixtures {
  /** Where settings and workspace are. Whoever starts the application with it again meets what was kept. */
  readonly home: string;
  readonly application: ElectronApplication;
  readonly page: Page;
}

/**
 * Tests in a real Electron window, with a workspace and settings of their own. The runtime is the npm package's or, as that
 * package has it, the one in the folder that ELECTRON_OVERRIDE_DIST_PATH names. Where it is too old for today's native modules, STOCKPOT_TEST_RELAY names
 * the script that runs the application's own processes in this Node (it wants a test build).
 */
export const test = base.extend<Options & Fixtures>({
  files: [[], { option: true }],
  // Playwright wants the first argument to be a pattern, also where nothing is taken from it.
  // biome-ignore lint/correctness/noEmptyPattern: see above
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'stockpot-desktop-'));
    await use(home);
    await rm(home, { recursive: true });
  },
  application: async ({ home, files }, use) => {
    const application = await start(home, files);
    await use(application);
    await application.close();
  },
  page: async ({ application }, use) => {
    const page = await application.firstWindow();
    await use(page);
  },
});

/** Starts the application with what is kept in `home`. */
export function start(home: string, files: readonly string[] = []): Promise<ElectronApplication> {
  return _electron.launch({
    args: ['-r', SHIMS, ...argumentsFor(home, files)],
    env: environmentFor(home),
    // Otherwise the page would be told of a light system, whatever the system is.
    colorScheme: null,
  });
}

/** Starts it once more as the system does, without a test's hands on it, and waits until it has ended. Returns its exit code. */
export async function startOnceMore(home: string, files: readonly string[], folder: string): Promise<number> {
  const electron = createRequire(import.meta.url)('electron') as unknown as string;
  const second = spawn(electron, argumentsFor(home, files), {
    cwd: folder,
    env: environmentFor(home),
    stdio: 'ignore',
  });
  const [code] = (await once(second, 'exit')) as [number];
  return code;
}

function argumentsFor(home: string, files: readonly string[]): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...asRoot, '--disable-gpu', `--user-data-dir=${join(home, 'settings')}`, ROOT, ...files];
}

function environmentFor(home: string): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(inherited),
    STOCKPOT_WORKSPACE: join(home, 'workspace'),
    BACKEND_NODE: process.execPath,
  };
}

export { expect } from '@playwright/test';
