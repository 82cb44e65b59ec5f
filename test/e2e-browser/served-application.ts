import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test as base, chromium, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, systemChromium } from './system-chromium.ts';

const STOCKPOT = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));

interface Options {
  /** Recipe files that are cooked into the workspace by the command line before the server starts. */
  readonly recipes: readonly string[];
}

interface Fixtures {
  /** A page of the application, over a server of its own with an empty workspace. */
  readonly page: Page;
  readonly application: { readonly link: string; readonly workspace: string; readonly server: ChildProcess };
}

/** Tests in the system's Chromium against a real `stockpot serve`. */
export const test = base.extend<Fixtures & Options>({
  recipes: [[], { option: true }],
  application: async ({ recipes }, use) => {
    const workspace = await mkdtemp(join(tmpdir(), 'stockpot-browser-'));
    for (const recipe of recipes) {
      const cooking = spawn('node', [STOCKPOT, 'cook', recipe, '--dir', workspace, '--json'], { stdio: 'ignore' });
      const [code] = (await once(cooking, 'exit')) as [number];
      if (code !== 0) throw new Error(`stockpot cook ended with code ${code}`);
    }
    const server = spawn('node', [STOCKPOT, 'serve', '--dir', workspace, '--no-open', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: server.stdout! }), 'line')) as [string];
    const { link } = JSON.parse(line) as { link: string };
    await use({ link, workspace, server });
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    await rm(workspace, { recursive: true });
  },
  page: async ({ application }, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'stockpot-profile-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: systemChromium(),
      args: CHROMIUM_FLAGS,
      viewport: { width: 1320, height: 840 },
    });
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(application.link);
    await use(page);
    await context.close();
    await rm(profile, { recursive: true });
  },
});

export { expect } from '@playwright/test';
