/**
 * Draws the application's icons from `renderer/public/icon.svg`: one that windows and browsers show, one that the package's formats
 * are made of.
 *
 *   node bench/make-icons.ts
 */
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { systemChromium } from '../test/e2e-browser/system-chromium.ts';

const ICONS = [
  { path: 'renderer/public/icon-256.png', side: 256 },
  { path: 'main/desktop/packaging/icon.png', side: 1024 },
] as const;

const here = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const drawing = await readFile(here('renderer/public/icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: systemChromium() });
try {
  for (const { path, side } of ICONS) {
    const page = await browser.newPage({ viewport: { width: side, height: side } });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${side}px;height:${side}px}</style>${drawing}`);
    await page.screenshot({ path: here(path), omitBackground: true });
    await page.close();
    console.log(`${path}: ${(await stat(here(path))).size} bytes`);
  }
} finally {
  await browser.close();
}
