import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, test as base, chromium, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, systemChromium } from './system-chromium.ts';

const STOCKPOT = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));

interface Options {
  /** Recipe files that are cooked into the workspace by the command line before the server starts. */
  readonly recipes: readonly string[];
}

/** A running `stockpot serve`. */
export interface Server {
  /** Opens the application once. */
  readonly link: string;
  readonly process: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

interface Fixtures {
  /** A page of the application, over a server of its own with an empty workspace. */
  readonly page: Page;
  readonly application: { readonly link: string; readonly workspace: string; readonly server: ChildProcess };
}

interface WorkerFixtures {
  readonly chromium: Browser;
}

/** Tests in the system's Chromium against a real `stockpot serve`. */
export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  recipes: [[], { option: true }],
  application: async ({ recipes }, use) => {
    const workspace = await mkdtemp(join(tmpdir(), 'stockpot-browser-'));
    for (const recipe of recipes) await cookByCommandLine(recipe, workspace);
    const server = await startServer(workspace);
    await use({ link: server.link, workspace, server: server.process });
    await server.stop();
    await rm(workspace, { recursive: true });
  },
  chromium: [
    // Playwright wants the first argument to be a pattern, also where nothing is taken from it.
    // biome-ignore lint/correctness/noEmptyPattern: see above
    async ({}, use) => {
      const browser = await chromium.launch({ executablePath: systemChromium(), args: CHROMIUM_FLAGS });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ application, chromium: browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 1320, height: 840 } });
    const page = await context.newPage();
    await page.goto(application.link);
    await use(page);
    await context.close();
  },
});

/** @param port that of an earlier server whose pages are to find this one; any other by default */
export async function startServer(workspace: string, port = 0): Promise<Server> {
  const child = spawn(
    process.execPath,
    [STOCKPOT, 'serve', '--dir', workspace, '--port', String(port), '--no-open', '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { link } = JSON.parse(line) as { link: string };
  return {
    link,
    process: child,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

export async function cookByCommandLine(recipe: string, workspace: string): Promise<void> {
  const cooking = spawn(process.execPath, [STOCKPOT, 'cook', recipe, '--dir', workspace, '--json'], {
    stdio: 'ignore',
  });
  const [code] = (await once(cooking, 'exit')) as [number];
  if (code !== 0) throw new Error(`stockpot cook ended with code ${code}`);
}

export { expect } from '@playwright/test';
