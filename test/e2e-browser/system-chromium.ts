import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** For a browser without a screen that talks to nobody but the page's own server. */
export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium or Chrome: the one that STOCKPOT_CHROMIUM names, else the first on the PATH. */
export function systemChromium(): string {
  const named = process.env.STOCKPOT_CHROMIUM;
  if (named !== undefined) return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (found === undefined) throw new Error('No Chromium on the PATH (Debian: apt-get install chromium)');
  return found;
}
