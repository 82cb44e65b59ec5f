import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, systemChromium } from '../test/e2e-browser/system-chromium.ts';
import type { BenchContext, BenchReport } from './bench.ts';
import { type PageTimes, serviceOf, timeToAddress } from './ui/browsing.ts';
import { type ComparisonTimes, describe, type Measured } from './ui/describe.ts';
import { listCalls, timeLists } from './ui/lists.ts';
import { type TableTimes, tableTimes } from './ui/many-runs.ts';
import { timeToSample } from './ui/sample.ts';
import { arrive, type ColdStart, longTasksWhileCooking, type PageChange, pageChanges } from './ui/starts.ts';
import { type BenchWorkspace, makeWorkspace } from './ui/workspace.ts';

/** Each finds other rows, so that nothing is answered from what the page remembers. */
const FILTERS = ['clean > 97%', 'lead.blur > 0', 'greedy', 'clean > 96% and shifted > 80%', 'seed = 3, clean > 95%'];

/** How fast the application feels: the system's Chromium over a real `stockpot serve`. Needs the built pages (`npm run build:app`). */
export async function bench({ repeats, folder, log }: BenchContext): Promise<BenchReport> {
  const workspace = await makeWorkspace(folder, log);
  const browser = await chromium.launch({ executablePath: systemChromium(), args: CHROMIUM_FLAGS });
  try {
    return describe(await measure(browser, workspace, { repeats, folder, log }), browser.version());
  } finally {
    await browser.close();
    workspace.remove();
  }
}

async function measure(
  browser: Browser,
  workspace: BenchWorkspace,
  { repeats, folder, log }: Pick<BenchContext, 'repeats' | 'folder' | 'log'>,
): Promise<Measured> {
  const starts: ColdStart[] = [];
  const changes: PageChange[] = [];
  const comparisons: ComparisonTimes[] = [];
  const tables: TableTimes[] = [];
  const samples: PageTimes[] = [];
  for (let i = 0; i < repeats; i++) {
    log(`A reader arrives (${i + 1} of ${repeats}) …`);
    const { start, page, leave } = await arrive(browser, workspace.folder, workspace.slow);
    starts.push(start);
    changes.push(...(await pageChanges(page, workspace.slow)));
    tables.push(await tableTimes(page, workspace.search, FILTERS[i % FILTERS.length]!));
    comparisons.push(await comparisonTimes(page, workspace));
    await leave();
    samples.push(await timeToSample(browser, join(folder, `sample-${i}`)));
  }
  log('Lists, beside the pages …');
  const { server, context, page, leave } = await arrive(browser, workspace.folder, workspace.slow);
  const { client, close } = await serviceOf(context, server.link);
  const lists = await timeLists(listCalls(client, workspace), Math.max(repeats, 7));
  log('A cooking that streams its progress …');
  const tasks = await longTasksWhileCooking(page, client, workspace.slow);
  close();
  await leave();
  return { starts, changes, tables, comparisons, samples, lists, tasks };
}

/** The first comparison after a start works out what rests on predictions; the second has it. */
async function comparisonTimes(page: Page, { comparison }: BenchWorkspace): Promise<ComparisonTimes> {
  const address = `/projects/${comparison.id}/compare?subjects=${encodeURIComponent(comparison.subjects.join(','))}`;
  const first = await timeToAddress(page, address, 'main figure');
  await timeToAddress(page, '/', 'main table');
  return { first, again: await timeToAddress(page, address, 'main figure') };
}
