import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base, chromium, expect, type Page } from '@playwright/test';
import { buildTestPackage } from './build-package.ts';

interface WorkerFixtures {
  /** Folder of a test package. */
  readonly testPackage: string;
}

interface Fixtures {
  readonly page: Page;
}

/** Tests in the window of a packaged application. Its fuses shut Node's inspector out, so the window is reached through Chromium's. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  testPackage: [
    // Playwright wants the first argument to be a pattern, also where nothing is taken from it.
    // biome-ignore lint/correctness/noEmptyPattern: see above
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'stockpot-package-'));
      await use(await buildTestPackage(folder));
      await rm(folder, { recursive: true });
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  page: async ({ testPackage }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'stockpot-packaged-'));
    const application = spawn(
      join(testPackage, 'stockpot'),
      [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--remote-debugging-port=0',
        `--user-data-dir=${join(folder, 'settings')}`,
      ],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, STOCKPOT_WORKSPACE: join(folder, 'workspace'), BACKEND_NODE: process.execPath },
      },
    );
    // An older Electron has no settings of a whole browser to change.
    const address = await devtoolsAddress(application.stderr);
    // Nor does it answer whoever attaches while the window is being made.
    await expect.poll(() => openedPages(address), { timeout: 30_000 }).toContain('app://stockpot/');
    const browser = await chromium.connectOverCDP(address, { noDefaults: true });
    await use(browser.contexts()[0]!.pages()[0]!);
    application.kill('SIGTERM');
    if (application.exitCode === null && application.signalCode === null) await once(application, 'exit');
    await rm(folder, { recursive: true });
  },
});

/** Addresses of the pages that Chromium's inspector lists. */
async function openedPages(address: string): Promise<readonly string[]> {
  const response = await fetch(`http://${new URL(address).host}/json/list`);
  const targets = (await response.json()) as readonly { readonly url: string }[];
  return targets.map(({ url }) => url);
}

async function devtoolsAddress(output: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: output })) {
    const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      // The pipe must not fill up once nobody reads lines any more.
      output.resume();
      return address;
    }
    lines.push(line);
  }
  throw new Error(`The packaged application ended before its window opened:\n${lines.join('\n')}`);
}

export { expect } from '@playwright/test';
