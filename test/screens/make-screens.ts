/**
 * Takes screenshots of every page, light and dark, with data and empty, into `docs/screens/`.
 *
 *   npm run screens -- [--demo FOLDER] [--only WORD]
 *
 * FOLDER is the workspace of a finished demo; it is copied, never written to. Without one, a quick demo is cooked first. The pages
 * must have been built (`npm run build:app`).
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { openDatabase } from '../../db/open.ts';
import { createProject } from '../e2e-browser/journey-steps.ts';
import { runStockpot, startServer } from '../e2e-browser/server.ts';
import { CHROMIUM_FLAGS, systemChromium } from '../e2e-browser/system-chromium.ts';
import { seedJobs } from '../support/seed-jobs.ts';
import { EMPTY_SCREENS, SCREENS, type Screen } from './screens.ts';
import { shrinkPng } from './shrink-png.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
const SCHEMES = ['light', 'dark'] as const;
const MOST_BYTES = 150_000;

const { values } = parseArgs({ options: { demo: { type: 'string' }, only: { type: 'string' } } });

await using scratch = await temporaryFolder();
const demo = join(scratch.path, 'demo');
if (values.demo === undefined) await runStockpot(['demo', '--quick', '--dir', demo]);
else await cp(values.demo, demo, { recursive: true });
await mkdir(FOLDER, { recursive: true });
await fillJobs(demo);
await ownPaths(demo, values.demo);
// Pictures show nobody's own folders.
process.env.HOME = join(scratch.path, 'home');
await mkdir(process.env.HOME);
const browser = await chromium.launch({ executablePath: systemChromium(), args: CHROMIUM_FLAGS });
try {
  await takeAll(browser, demo, SCREENS);
  await takeAll(browser, join(scratch.path, 'empty'), EMPTY_SCREENS, (page) => createProject(page, 'Birds'));
} finally {
  await browser.close();
}

/** The demo is made without jobs: its drawer would be empty. */
async function fillJobs(workspace: string): Promise<void> {
  const database = await openDatabase(join(workspace, 'stockpot.db'));
  seedJobs(database);
  database.close();
}

/** The copy refers to its own files, not to those that it was copied from. */
async function ownPaths(workspace: string, original: string | undefined): Promise<void> {
  if (original === undefined) return;
  const database = await openDatabase(join(workspace, 'stockpot.db'));
  database.query('UPDATE ingredients SET path = replace(path, ?, ?)').run(resolve(original), workspace);
  database.close();
}

async function takeAll(
  browser: Browser,
  workspace: string,
  screens: readonly Screen[],
  prepare?: (page: Page) => Promise<void>,
): Promise<void> {
  const wanted = screens.filter(({ name }) => values.only === undefined || name.includes(values.only));
  const server = await startServer(workspace);
  const context = await browser.newContext({ viewport: { width: 1320, height: 840 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(server.link);
  await prepare?.(page);
  const origin = new URL(page.url()).origin;
  for (const screen of wanted) {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(origin + screen.path);
      await settled(page);
      await screen.act?.(page);
      await settled(page);
      await take(page, `${screen.name}-${colorScheme}.png`);
    }
  }
  await context.close();
  await server.stop();
}

/** Nothing is loading any more, and every chart has been drawn. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('main').waitFor();
  await page.waitForFunction(() => {
    const loading = document.querySelector('.mantine-Skeleton-root') !== null;
    const undrawn = [...document.querySelectorAll('.js-plotly-plot')].some(
      (chart) => chart.querySelector('.main-svg') === null,
    );
    return !loading && !undrawn && !/ on …|Comparing the samples/.test(document.body.innerText);
  });
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(resolve))));
}

async function take(page: Page, name: string): Promise<void> {
  const path = join(FOLDER, name);
  const picture = shrinkPng(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  await writeFile(path, picture);
  const size = picture.length;
  console.log(`${String(Math.round(size / 1000)).padStart(5)} kB  ${name}${size > MOST_BYTES ? '  (too large)' : ''}`);
  if (size > MOST_BYTES) process.exitCode = 1;
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'stockpot-screens-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
