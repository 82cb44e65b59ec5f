import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './served-application.ts';
import { openCooked, withTwoCookedRuns } from './two-cooked-runs.ts';

withTwoCookedRuns();

async function saved(page: Page, what: 'SVG' | 'PNG' | 'CSV'): Promise<Buffer> {
  await page.getByRole('button', { name: 'Save “On clean data and on shifted data”' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: new RegExp(`${what}$`) }).click();
  return readFile(await (await download).path());
}

test('a chart leaves as SVG with its title and every name, as PNG and as CSV, and shows its numbers', async ({
  page,
}) => {
  await openCooked(page, 'Compare');
  const figure = page.getByRole('figure', { name: 'On clean data and on shifted data' });
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.getByText('model-0')).toHaveCount(0);
  await expect(figure.locator('.main-svg').first()).toBeVisible();
  const svg = (await saved(page, 'SVG')).toString('utf8');
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  for (const words of ['On clean data and on shifted data', 'greedy, run 1', 'ensemble of 5, mean logits', '(%)']) {
    expect(svg).toContain(words);
  }
  const png = await saved(page, 'PNG');
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  expect(png.readUInt32BE(16)).toBeGreaterThan(200);
  const lines = (await saved(page, 'CSV')).toString('utf8').trimEnd().split('\r\n');
  await figure.getByRole('button', { name: 'Table' }).click();
  const rows = figure.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(lines.length);
  await expect(rows.first()).toContainText('n');
});

test('measures are narrowed by keyboard and by a rectangle; the table follows, and so does the address', async ({
  page,
}) => {
  await openCooked(page, 'Compare');
  const table = page.getByRole('table', { name: 'Scores, cost and size' });
  await expect(table.getByRole('row')).toHaveCount(10);
  const chart = page.getByRole('figure', { name: /on every set, size and cost/ });
  await chart.scrollIntoViewIfNeeded();
  const plot = (await chart.locator('.nsewdrag').first().boundingBox())!;
  // Around the lower end of the last axis: one pass.
  await page.mouse.move(plot.x + plot.width - 4, plot.y + plot.height - 2);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width - 60, plot.y + plot.height * 0.6, { steps: 6 });
  await page.mouse.up();
  await expect(page.getByText('7 of 9 subjects within')).toBeVisible();
  await expect(table.getByRole('row')).toHaveCount(8);
  await expect(page).toHaveURL(/within=passes/);
  await page.getByRole('button', { name: 'Do not narrow by passes' }).press('Enter');
  await page.getByRole('combobox', { name: 'Narrow by' }).click();
  await page.getByRole('option', { name: 'size (MB)' }).click();
  await expect(page.getByText('9 of 9 subjects within')).toBeVisible();
  await page.getByRole('slider', { name: 'size (MB), from' }).press('ArrowRight');
  await expect(page.getByText('2 of 9 subjects within')).toBeVisible();
  await page.getByRole('button', { name: 'Compare only these' }).click();
  await expect(page).toHaveURL(/subjects=ensemble/);
  await expect(page).not.toHaveURL(/within/);
});
