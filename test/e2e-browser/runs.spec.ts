import type { Page } from '@playwright/test';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';
import { openCooked, withTwoCookedRuns } from './two-cooked-runs.ts';

withTwoCookedRuns();

const lines = (page: Page) => page.getByRole('table', { name: 'Runs' }).getByRole('row');
test('runs are filtered by an expression, which the address keeps; a wrong one is explained', async ({ page }) => {
  await openCooked(page, 'Runs');
  await expect(lines(page)).toHaveCount(3);
  const filter = page.getByLabel('Filter runs');
  await filter.fill('recipe = greedy and clean > 50%');
  await expect(lines(page)).toHaveCount(2);
  await expect(page.getByRole('cell', { name: 'greedy', exact: true })).toBeVisible();
  await page.reload();
  await expect(filter).toHaveValue('recipe = greedy and clean > 50%');
  await expect(lines(page)).toHaveCount(2);
  await filter.fill('claen > 0.5');
  await expect(page.getByText('did you mean “clean”?')).toBeVisible();
});

test('runs are sorted by a click on their column, and by keyboard', async ({ page }) => {
  await openCooked(page, 'Runs');
  const header = page.getByRole('columnheader', { name: 'Recipe' });
  await header.getByRole('button', { name: 'Recipe' }).click();
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await page.keyboard.press('Enter');
  await expect(header).toHaveAttribute('aria-sort', 'ascending');
  await expect(lines(page).nth(1)).toContainText('greedy');
  await expect(page).toHaveURL(/sort=recipe/);
});

test('chosen runs get a tag, are deleted, and come back by Undo', async ({ page }) => {
  await openCooked(page, 'Runs');
  await page.getByLabel('Choose run 1').check();
  const chosen = page.getByRole('region', { name: 'Chosen runs' });
  await chosen.getByRole('button', { name: 'Tags' }).click();
  await page.getByRole('combobox', { name: 'Tags of the chosen runs' }).fill('paper');
  await page.getByRole('combobox', { name: 'Tags of the chosen runs' }).press('Enter');
  await page.keyboard.press('Escape');
  await page.getByLabel('Filter runs').fill('tag:paper');
  await expect(lines(page)).toHaveCount(2);
  await chosen.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No run passes the filter')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(lines(page)).toHaveCount(2);
});

test('a view is saved under a name and opened again', async ({ page }) => {
  await openCooked(page, 'Runs');
  await expect(lines(page)).toHaveCount(3);
  await page.getByLabel('Filter runs').fill('uniform');
  await expect(lines(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByLabel('Name of the view').fill('Plain averages');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(lines(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Plain averages' }).click();
  await expect(lines(page)).toHaveCount(2);
});

test('columns are chosen, and a pinned baseline shows distances', async ({ page }) => {
  await openCooked(page, 'Runs');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByLabel('Find a column').fill('seed');
  await page.getByRole('checkbox', { name: 'Seed' }).check();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: 'Seed' })).toBeVisible();
  await page.getByLabel('Choose run 1').check();
  await page.getByRole('button', { name: 'Pin as baseline' }).click();
  await expect(page.getByText('Differences are from run 1, greedy.')).toBeVisible();
  await page.getByRole('switch', { name: 'Group over seeds' }).check();
  await expect(page.getByRole('table', { name: 'Runs grouped over seeds' }).getByRole('row')).toHaveCount(3);
});

test('two runs are compared in three clicks: how sure, what differs, which images', async ({ page }) => {
  await openCooked(page, 'Runs');
  await page.getByLabel('Choose run 1').check();
  await page.getByLabel('Choose run 2').check();
  await page.getByRole('region', { name: 'Chosen runs' }).getByRole('link', { name: 'Compare' }).click();
  await expect(page.getByRole('table', { name: 'Scores, cost and size' }).getByRole('row')).toHaveCount(3);
  const tests = page.getByRole('table', { name: /Paired tests against/ });
  await expect(tests.getByRole('row')).toHaveCount(2);
  await expect(tests).toContainText(/p [=<] 0\.\d+/);
  await expect(
    page.getByRole('table', { name: 'Only what differs' }).getByRole('row', { name: /recipe/ }),
  ).toContainText('uniform');
  await expect(page.getByRole('heading', { name: /^Won: \d+ example/ })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`tables of runs and comparisons have nothing that axe objects to, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openCooked(page, 'Runs');
    await page.getByLabel('Choose run 1').check();
    await page.getByLabel('Filter runs').fill('claen > 0.5');
    await expect(page.getByText('did you mean “clean”?')).toBeVisible();
    await expectAccessible(page, [colorScheme]);
    await page.getByLabel('Filter runs').fill('');
    await page.getByRole('navigation').getByRole('link', { name: 'Compare', exact: true }).click();
    await expect(page.getByRole('heading', { name: /^Won: \d+ example/ })).toBeVisible();
    await expect(page.locator('.js-plotly-plot .main-svg').first()).toBeVisible();
    await expectAccessible(page, [colorScheme]);
  });
}
