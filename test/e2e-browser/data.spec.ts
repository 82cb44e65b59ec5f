import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';

const world = makeToyWorld('uniform');
test.afterAll(() => world.remove());

const splits = (page: Page) => page.getByRole('table', { name: 'Splits' });

test.describe('in a project that has been cooked', () => {
  test.use({ recipes: [world.recipe] });

  test.beforeEach(async ({ page }) => {
    await page.getByRole('main').getByRole('link', { name: 'toy' }).click();
    await page.getByRole('navigation').getByRole('link', { name: 'Data' }).click();
    await expect(splits(page).getByRole('row')).toHaveCount(4);
  });

  test('splits show their samples, class by class, and what damage would do to them', async ({ page }) => {
    await splits(page).getByRole('button', { name: 'clean', exact: true }).press('Enter');
    await expect(page.getByRole('heading', { level: 2, name: 'clean' })).toBeVisible();
    await expect(page.getByText('1 to 40 of 240')).toBeVisible();
    await page.getByRole('button', { name: 'Later samples' }).click();
    await expect(page.getByText('41 to 80 of 240')).toBeVisible();
    await page.getByRole('combobox', { name: 'Class of the samples' }).click();
    await page.getByRole('option', { name: 'class 2' }).click();
    const samples = page.getByRole('list', { name: 'Samples' }).getByRole('img');
    await expect(samples.first()).toHaveAccessibleName(/class 2$/);
    await expect(page).toHaveURL(/label=2/);
    await expect(page.getByRole('figure', { name: 'Samples per class' })).toBeVisible();
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'Rotation' }).click();
    const damaged = page.getByRole('table', { name: 'Samples with Rotation' });
    await expect(damaged.getByRole('img')).toHaveCount(36);
    await expectAccessible(page);
  });

  test('splits that share nothing are told from those that do', async ({ page }) => {
    await expect(page.getByText('No shared samples')).toBeVisible();
    await page.getByRole('button', { name: 'Look for near-identical samples' }).click();
    await expect(page.getByRole('status').filter({ hasText: /near-identical|nearly the same/ })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add a split…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a split' });
    await dialog.getByLabel('Images', { exact: false }).first().fill(join(world.folder, 'images.idx'));
    await dialog.getByLabel('Labels', { exact: false }).first().fill(join(world.folder, 'labels.idx'));
    await dialog.getByLabel('Up to, not included').fill('200');
    await dialog.getByRole('button', { name: 'Look into it' }).click();
    await expect(dialog.getByRole('status')).toContainText('200 samples of 1 × 8 × 8 in 3 classes');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Add “train”' }).click();
    await expect(dialog).toBeHidden();
    await expect(splits(page).getByRole('row')).toHaveCount(5);
    const shared = page.getByRole('table', { name: 'Shared samples' });
    await expect(shared.getByRole('row', { name: /^clean/ })).toContainText('80 of 240');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Remove train' }).click();
    await expect(splits(page).getByRole('row')).toHaveCount(4);
    await expect(page.getByText('No shared samples')).toBeVisible();
  });

  test('files that are no images are refused before anything is stored', async ({ page }) => {
    await page.getByRole('button', { name: 'Add a split…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a split' });
    await dialog.getByLabel('Images', { exact: false }).first().fill(join(world.folder, 'labels.idx'));
    await dialog.getByLabel('Labels', { exact: false }).first().fill(join(world.folder, 'images.idx'));
    await dialog.getByRole('button', { name: 'Look into it' }).click();
    await expect(dialog.getByRole('alert')).toContainText('were images and labels swapped?', { ignoreCase: true });
    await page.keyboard.press('Escape');
    await expect(splits(page).getByRole('row')).toHaveCount(4);
  });
});

test('a project without data says how to get some', async ({ page }) => {
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill('Birds');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Data' }).click();
  await expect(page.getByText('No data yet')).toBeVisible();
  await expectAccessible(page);
});
