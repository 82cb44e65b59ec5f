import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, test as base, chromium, type Page } from '@playwright/test';
import { cookByCommandLine, type Server, startServer } from './server.ts';
import { CHROMIUM_FLAGS, systemChromium } from './system-chromium.ts';

interface Options {
  /** Recipe files that are cooked into the workspace by the command line before the server starts. */
  readonly recipes: readonly string[];
}

interface Fixtures {
  /** A page of the application, over a server of its own with an empty workspace. */
  readonly page: Page;
  readonly application: { readonly link: string; readonly workspace: string; readonly server: Server };
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
    await use({ link: server.link, workspace, server });
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
    page.setDefaultTimeout(10_000);
    await page.goto(application.link);
    await use(page);
    await context.close();
  },
});

export { expect } from '@playwright/test';
