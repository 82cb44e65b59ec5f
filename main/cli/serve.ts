import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { defaultWorkspaceFolder } from '../backend/default-workspace.ts';
import { StockpotError } from '../errors.ts';
import { openInBrowser } from './open-in-browser.ts';

const PAGES = fileURLToPath(new URL('../../out/renderer', import.meta.url));

/** The service, built together with the pages: one file is read in a fraction of the time that hundreds take. */
const SERVER = new URL('../../out/backend/server.js', import.meta.url).href;

interface ServeFlags {
  readonly dir?: string;
  readonly port?: string;
  readonly open: boolean;
  readonly json?: true;
}

export function register(program: Command): void {
  program
    .command('serve')
    .description('Open the application in a browser on this machine; it listens on the loopback interface only')
    .option('--dir <folder>', 'workspace folder')
    .option(
      '--port <number>',
      'port to listen on; 0 for any that is free (default: always the same one, unless it is taken)',
    )
    .option('--no-open', 'print the link only')
    .option('--json', 'print the link as JSON')
    .action((flags: ServeFlags) => serve(flags));
}

/** Runs until it is interrupted. */
export async function serve({ dir, port, open, json }: ServeFlags): Promise<void> {
  const pagesFolder = builtPages();
  const { serveApplication } = (await import(SERVER)) as typeof import('../backend/entries/server.ts');
  const application = await serveApplication({
    workspaceFolder: dir ?? defaultWorkspaceFolder(),
    pagesFolder,
    port: port === undefined ? undefined : portNumber(port),
  });
  const link = application.newLink();
  if (json === true) console.log(JSON.stringify({ link }));
  else console.log(`Stockpot is open at ${link}\nThe link works once. Enter gives a new one, Ctrl-C stops.`);
  if (open) openInBrowser(link);
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
  lines?.on('line', () => console.log(application.newLink()));
  await interrupted();
  lines?.close();
  await application.close();
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function builtPages(): string {
  if (existsSync(join(PAGES, 'index.html')) && existsSync(fileURLToPath(SERVER))) return PAGES;
  throw new StockpotError({
    code: 'server/pages-missing',
    kind: 'failure',
    what: 'The pages have not been built',
    where: PAGES,
    remedy: 'Run: npm run build',
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StockpotError({
    code: 'usage/bad-port',
    what: 'A port is a whole number from 0 to 65535',
    where: `--port ${text}`,
  });
}
