import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './served-application.ts';
import { openCooked, withTwoCookedRuns } from './two-cooked-runs.ts';

withTwoCookedRuns();

const table = (page: Page) => page.getByRole('table', { name: 'Runs' });

test('last week is two clicks away, also for whoever writes while the list is on its way', async ({ page }) => {
  await openCooked(page, 'Runs');
  const filter = page.getByLabel('Filter runs');
  await filter.pressSequentially('greedy or uniform');
  await expect(page).toHaveURL(/q=greedy/);
  await page.getByRole('button', { name: 'When: Any time' }).click();
  await page.getByRole('menuitem', { name: 'Last 7 days' }).click();
  await expect(filter).toHaveValue('(greedy or uniform) and created > 7d');
  await expect(page.getByRole('button', { name: 'When: Last 7 days' })).toBeVisible();
  await expect(table(page).getByRole('row')).toHaveCount(3);
});

test('columns are moved and widened by keyboard and by mouse, and a second one sorts within the first', async ({
  page,
}) => {
  await openCooked(page, 'Runs');
  const heads = table(page).getByRole('columnheader');
  const recipe = page.getByRole('button', { name: 'Recipe' });
  await expect(heads.nth(2)).toContainText('Recipe');
  await recipe.focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect(heads.nth(3)).toContainText('Recipe');
  await expect(recipe).toBeFocused();
  await page.getByRole('button', { name: 'Recipe' }).dragTo(page.getByRole('button', { name: 'Status' }));
  await expect(heads.nth(2)).toContainText('Recipe');
  await expect(page).toHaveURL(/columns=id%2Crecipe%2Cstatus/);

  const edge = page.getByRole('separator', { name: 'Width of Recipe' });
  const width = Number(await edge.getAttribute('aria-valuenow'));
  await edge.press('ArrowRight');
  await expect(edge).toHaveAttribute('aria-valuenow', String(width + 16));
  const { x, y } = (await edge.boundingBox())!;
  await page.mouse.move(x + 4, y + 4);
  await page.mouse.down();
  await page.mouse.move(x + 44, y + 4, { steps: 8 });
  await page.mouse.up();
  await expect(edge).toHaveAttribute('aria-valuenow', String(width + 56));
  await expect(page).toHaveURL(new RegExp(`widths=recipe%3A${width + 56}`));

  await page.getByRole('button', { name: 'Status' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click({ modifiers: ['Shift'] });
  await page.getByRole('button', { name: 'Run', exact: true }).press('Shift+Enter');
  await expect(page).toHaveURL(/sort=-status%2Cid/);
  await expect(page.getByRole('columnheader', { name: 'Status' })).toHaveAttribute('aria-sort', 'descending');
});

test('notes are written to a run, and what is shown leaves as CSV', async ({ page }) => {
  await openCooked(page, 'Runs');
  await page.getByLabel('Choose run 2').check();
  await page.getByRole('region', { name: 'Chosen runs' }).getByRole('button', { name: 'Notes' }).click();
  await page.getByLabel('Notes on run 2').fill('The plain one, "for the paper"');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByLabel('Filter runs').fill('notes ~ paper');
  await expect(table(page).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Notes' }).check();
  await page.keyboard.press('Escape');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  expect(text.trimEnd().split('\r\n')).toHaveLength(2);
  expect(text).toContain('"The plain one, ""for the paper"""');
});

test('a saved view is reached from the command palette', async ({ page }) => {
  await openCooked(page, 'Runs');
  await page.getByLabel('Filter runs').fill('uniform');
  await expect(table(page).getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByLabel('Name of the view').fill('Plain averages');
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('plain av');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Filter runs')).toHaveValue('uniform');
});

test('what differs between two runs is two clicks away', async ({ page }) => {
  await openCooked(page, 'Runs');
  await page.getByLabel('Choose run 1').check();
  await page.getByRole('link', { name: 'Compare run 2 with run 1' }).click();
  const differences = page.getByRole('table', { name: 'Only what differs' });
  await expect(differences.getByRole('row', { name: /recipe/ })).toContainText('uniform');
});
