import { AxeBuilder } from '@axe-core/playwright';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expect, test } from './served-application.ts';

const world = makeToyWorld('greedy');
test.afterAll(() => world.remove());
test.use({ recipes: [world.recipe] });

test('a project that the command line cooked shows its ingredients and its run', async ({ page }) => {
  const row = page.getByRole('row', { name: /toy/ });
  await expect(row).toContainText('5');
  await row.getByRole('link', { name: 'toy' }).click();
  await expect(page.getByRole('table', { name: 'Ingredients' }).getByRole('row')).toHaveCount(6);
  const run = page.getByRole('table', { name: 'Runs' }).getByRole('row', { name: /greedy/ });
  await expect(run).toContainText('done');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
});

test('runs are sorted by a click on their column, and by keyboard', async ({ page }) => {
  await page.getByRole('main').getByRole('link', { name: 'toy' }).click();
  const header = page.getByRole('columnheader', { name: 'Recipe' });
  await header.getByRole('button').click();
  await expect(header).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Enter');
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('table', { name: 'Runs' }).getByRole('row', { name: /greedy/ })).toBeVisible();
});
