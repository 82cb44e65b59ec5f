import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { startServer } from '../../test/e2e-browser/server.ts';
import { everythingAhead, newReader, type PageTimes, timeToPage } from './browsing.ts';

/**
 * From the click on “Open the sample” to its overview, in a workspace that has nothing yet: what whoever begins sees first.
 * @param folder of a workspace that does not exist
 */
export async function timeToSample(browser: Browser, folder: string): Promise<PageTimes> {
  const server = await startServer(join(folder, 'workspace'));
  const context = await newReader(browser);
  try {
    const page = await context.newPage();
    await page.goto(server.link);
    const button = page.getByRole('button', { name: 'Open the sample', exact: true });
    await button.waitFor();
    await everythingAhead(page);
    return await timeToPage(button);
  } finally {
    await context.close();
    await server.stop();
  }
}
