import { cp, mkdtemp, rm } from 'node:fs/promises';
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
  /** A workspace in which these recipes have been cooked, to be copied: cooked once for all tests that begin with the same. */
  readonly cooked: (recipes: readonly string[]) => Promise<string>;
}

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'stockpot-browser-'));

/** Tests in the system's Chromium against a real `stockpot serve`. */
export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  recipes: [[], { option: true }],
  application: async ({ recipes, cooked }, use) => {
    const workspace = await newFolder();
    if (recipes.length > 0) await cp(await cooked(recipes), workspace, { recursive: true });
    const server = await startServer(workspace);
    await use({ link: server.link, workspace, server });
    await server.stop();
    await rm(workspace, { recursive: true });
  },
  cooked: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the first argument to be a pattern
    async ({}, use) => {
      const folders = new Map<string, Promise<string>>();
      const cook = async (recipes: readonly string[]): Promise<string> => {
        const folder = await newFolder();
        for (const recipe of recipes) await cookByCommandLine(recipe, folder);
        return folder;
      };
      await use((recipes) => {
        const key = recipes.join('\n');
        const folder = folders.get(key) ?? cook(recipes);
        folders.set(key, folder);
        return folder;
      });
      for (const folder of folders.values()) await rm(await folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  chromium: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the first argument to be a pattern
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
