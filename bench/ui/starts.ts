import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test';
import type { Client } from '../../preload/contract/contract.ts';
import { type Server, startServer } from '../../test/e2e-browser/server.ts';
import { everythingAhead, longTasks, newReader, type PageTimes, timeToPage, usableAt } from './browsing.ts';

export interface ColdStart {
  /** Milliseconds from starting the server's process until the projects in sight are painted and can be opened. */
  readonly total: number;
  /** The browser's share of it, from opening the link. */
  readonly page: number;
  /** Of scripts, as they came over the network until then. */
  readonly scriptBytes: number;
  /** The same without plotly once everything that is fetched ahead is there too. */
  readonly aheadBytes: number;
}

/** A reader who is there, and has nothing more to wait for. */
export interface Arrived {
  readonly start: ColdStart;
  readonly server: Server;
  readonly context: BrowserContext;
  readonly page: Page;
  leave(): Promise<void>;
}

const now = (): number => performance.timeOrigin + performance.now();

/** A server's process, then a reader with an empty cache and an open window who follows its link. */
export async function arrive(browser: Browser, workspace: string, project: string): Promise<Arrived> {
  const context = await newReader(browser);
  const page = await context.newPage();
  const scripts = await watchScripts(await context.newCDPSession(page));
  const started = now();
  const server = await startServer(workspace);
  const listening = now();
  await page.goto(server.link, { waitUntil: 'commit' });
  const ready = await usableAt(page);
  const scriptBytes = scripts.bytes();
  await page.getByRole('main').getByRole('link', { name: project, exact: true }).click({ trial: true });
  await everythingAhead(page);
  return {
    start: { total: ready - started, page: ready - listening, scriptBytes, aheadBytes: scripts.bytes() },
    server,
    context,
    page,
    async leave() {
      await context.close();
      await server.stop();
    },
  };
}

/** Counts what scripts take on the wire, plotly apart: it comes with the first chart. */
async function watchScripts(session: CDPSession): Promise<{ bytes(): number }> {
  const ids = new Set<string>();
  let sum = 0;
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script' && !/\/plot-[^/]*\.js$/.test(response.url)) ids.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (ids.has(requestId)) sum += encodedDataLength;
  });
  await session.send('Network.enable');
  return { bytes: () => sum };
}

const PAGES = ['Ingredients', 'Data', 'Kitchen', 'Runs', 'Compare', 'Overview', 'Settings', 'Projects'] as const;

export interface PageChange {
  readonly page: string;
  readonly first: PageTimes;
  readonly again: PageTimes;
}

/** Through every page of a project and back, twice, by a reader who has just arrived. */
export async function pageChanges(page: Page, project: string): Promise<readonly PageChange[]> {
  const rounds: Map<string, PageTimes>[] = [];
  for (let round = 0; round < 2; round++) {
    const times = new Map<string, PageTimes>();
    const into = page.getByRole('main').getByRole('link', { name: project, exact: true });
    times.set('a project', await timeToPage(into));
    for (const name of PAGES) {
      times.set(name, await timeToPage(page.getByRole('navigation').getByRole('link', { name, exact: true })));
      if (name !== 'Runs') continue;
      times.set('a run', await timeToPage(page.getByRole('table', { name: 'Runs' }).getByRole('link').first()));
    }
    rounds.push(times);
  }
  return [...rounds[0]!].map(([name, first]) => ({ page: name, first, again: rounds[1]!.get(name)! }));
}

/**
 * The longest tasks on the page's main thread, in milliseconds, while a cooking streams its progress and the reader watches it and walks
 * through the pages.
 */
export async function longTasksWhileCooking(page: Page, client: Client, project: string): Promise<readonly number[]> {
  await page.getByRole('main').getByRole('link', { name: project, exact: true }).click();
  const open = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await open('Kitchen');
  await page.getByRole('radio', { name: 'Greedy soup', exact: true }).click();
  await longTasks(page);
  await page.getByRole('button', { name: 'Cook', exact: true }).click();
  await page.getByRole('region', { name: 'Cooking' }).getByText('running').waitFor();
  for (const name of ['Overview', 'Runs', 'Ingredients', 'Kitchen'] as const) await open(name);
  for await (const news of await client.jobs.watch()) {
    if (news.kind !== 'removed' && news.job.finishedAt !== null) break;
  }
  return await longTasks(page);
}
