import type { Page } from '@playwright/test';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';
import { makeSlowWorld } from './slow-world.ts';

async function openKitchen(page: Page): Promise<void> {
  await page.goto(new URL('/projects/1/kitchen', page.url()).href);
  await expect(page.getByText('ready to cook')).toBeVisible();
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'Recipe file' });
const sweepSection = (page: Page) => page.getByRole('region', { name: 'Sweep', exact: true });

/** The straight line from a base to the average of the others. */
async function chooseWiseFt(page: Page, base: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Find a recipe' }).fill('wise-ft');
  await page.getByRole('radio', { name: 'WiSE-FT', exact: true }).click();
  const chosen = page.getByRole('combobox', { name: 'Base', exact: true });
  await chosen.click();
  await page.getByRole('option', { name: base }).click();
  await expect(page.getByText('ready to cook')).toBeVisible();
}

test.describe('with a small project', () => {
  const world = makeToyWorld('uniform');
  test.afterAll(() => world.remove());
  test.use({ recipes: [world.recipe] });

  test('α is swept, the curve is there as numbers, and the best value is cooked', async ({ page }) => {
    test.slow();
    await openKitchen(page);
    await chooseWiseFt(page, 'model-3');
    await page.getByRole('button', { name: 'Sweep…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sweep over an option' });
    await expect(dialog.getByRole('combobox', { name: 'Option' })).toHaveValue('alpha');
    await dialog.getByRole('textbox', { name: 'How many' }).fill('5');
    await expect(dialog).toContainText('5 values');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Sweep', exact: true }).click();
    await expect(page).toHaveURL(/sweep=1/);
    await expect(page.getByText('5 of 5 values scored')).toBeVisible({ timeout: 60_000 });
    await expect(sweepSection(page)).toContainText(/Best on the selection split: alpha = /);
    await expect(sweepSection(page)).toContainText('chosen by these very scores');
    const chart = page.getByRole('figure', { name: 'Accuracy over alpha' });
    await expectAccessible(page);
    await chart.getByRole('button', { name: 'Table' }).click();
    // The head, five values, the best, and two levels with two ends each.
    await expect(chart.getByRole('row')).toHaveCount(11);
    await page.reload();
    await expect(page.getByText('5 of 5 values scored')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Cook the best' }).click();
    await expect(page.getByRole('link', { name: 'Open the run' })).toBeVisible({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Open the run' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /^WiSE-FT, run 2/ })).toBeVisible();
    await expect(page.getByRole('table', { name: 'Evaluations' })).toContainText('clean');
  });

  test('two options are swept as a grid, and a combination of it is taken into the kitchen', async ({ page }) => {
    test.slow();
    await openKitchen(page);
    await page.getByRole('searchbox', { name: 'Find a recipe' }).fill('ties');
    await page.getByRole('radio', { name: 'TIES', exact: true }).click();
    await page.getByRole('combobox', { name: 'Base', exact: true }).click();
    await page.getByRole('option', { name: 'model-0' }).click();
    await expect(page.getByText('ready to cook')).toBeVisible();
    await page.getByRole('button', { name: 'Sweep…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sweep over an option' });
    const first = dialog.getByRole('group', { name: 'Option', exact: true });
    await first.getByRole('combobox', { name: 'Option' }).fill('density');
    await page.getByRole('option', { name: 'density', exact: true }).click();
    await first.getByRole('combobox', { name: 'Values' }).selectOption('as listed');
    await first.getByRole('textbox', { name: 'List' }).fill('0.3, 0.9');
    await dialog.getByRole('button', { name: 'A second option' }).click();
    const second = dialog.getByRole('group', { name: 'Second option' });
    await expect(second.getByRole('combobox', { name: 'Second option' })).toHaveValue('lambda');
    await second.getByRole('combobox', { name: 'Values' }).selectOption('as listed');
    await second.getByRole('textbox', { name: 'List' }).fill('0.5, 9, x');
    await expect(dialog.getByRole('button', { name: 'Sweep', exact: true })).toBeDisabled();
    await second.getByRole('textbox', { name: 'List' }).fill('0.5, 1, 2');
    await expect(dialog).toContainText('6 combinations');
    await dialog.getByRole('button', { name: 'Sweep', exact: true }).click();
    await expect(page.getByText('6 of 6 combinations scored')).toBeVisible({ timeout: 60_000 });
    await expectAccessible(page);
    const chart = page.getByRole('figure', { name: 'Accuracy over density and lambda' });
    await chart.getByRole('button', { name: 'Table' }).click();
    await expect(chart.getByRole('columnheader')).toHaveText(['density \\ lambda', '0.5', '1', '2']);
    await page.getByRole('combobox', { name: 'Value to cook' }).selectOption({ index: 5 });
    await page.getByRole('button', { name: 'Take into the kitchen' }).click();
    await expect(editor(page)).toHaveValue(/density: 0.9[\s\S]*lambda: 2/);
    await page.goBack();
    await page.getByRole('button', { name: 'Back to the recipe' }).click();
    const sweeps = page.getByRole('region', { name: 'Sweeps' });
    await sweeps.getByRole('button', { name: 'Delete the sweep TIES over density and lambda' }).click();
    await expect(sweeps).toBeHidden();
    await page.getByRole('button', { name: 'Undo' }).click();
    await sweeps.getByRole('link', { name: 'TIES over density and lambda' }).click();
    await expect(page.getByText('6 of 6 combinations scored')).toBeVisible({ timeout: 60_000 });
  });

  test('a preset is saved, still there after a reload, taken, renamed, deleted and brought back', async ({ page }) => {
    test.slow();
    await openKitchen(page);
    await chooseWiseFt(page, 'model-3');
    await page.getByRole('textbox', { name: 'Alpha' }).fill('0.25');
    await expect(editor(page)).toHaveValue(/alpha: 0.25/);
    await page.getByRole('button', { name: 'Save as preset…' }).click();
    await page.getByRole('textbox', { name: 'Name of the preset' }).fill('A quarter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const presets = page.getByRole('region', { name: 'Your presets' });
    await expect(presets.getByRole('listitem')).toHaveText(/A quarter/);
    await page.getByRole('button', { name: 'Start over' }).click();
    await expect(editor(page)).toHaveValue(/recipe: greedy/);
    await page.reload();
    await page.getByRole('searchbox', { name: 'Find a recipe' }).fill('');
    await presets.getByRole('button', { name: /^A quarter/ }).click();
    await expect(editor(page)).toHaveValue(/recipe: wise-ft[\s\S]*base: model-3[\s\S]*alpha: 0.25/);
    await expect(page.getByText('ready to cook')).toBeVisible();
    await expectAccessible(page);
    await presets.getByRole('button', { name: 'More of the preset A quarter' }).click();
    await page.getByRole('menuitem', { name: 'Rename…' }).click();
    await page.getByRole('textbox', { name: 'Name of the preset' }).fill('One in four');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await expect(presets.getByRole('listitem')).toHaveText(/One in four/);
    await presets.getByRole('button', { name: 'More of the preset One in four' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as a recipe file' }).click();
    expect((await download).suggestedFilename()).toBe('One in four.yml');
    await presets.getByRole('button', { name: 'More of the preset One in four' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(presets.getByRole('listitem')).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(presets.getByRole('listitem')).toHaveText(/One in four/);
  });
});

test.describe('with networks that take their time', () => {
  const world = makeSlowWorld();
  test.afterAll(() => world.remove());
  test.use({ recipes: [world.recipe] });

  test('the curve grows, a sweep is cancelled, and goes on where it was', async ({ page }) => {
    test.slow();
    await openKitchen(page);
    await chooseWiseFt(page, 'first');
    await page.getByRole('button', { name: 'Sweep…' }).click();
    await page.getByRole('textbox', { name: 'How many' }).fill('9');
    await page.getByRole('button', { name: 'Sweep', exact: true }).click();
    await expect(page.getByText(/[1-7] of 9 values scored/)).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('figure', { name: 'Accuracy over alpha' })).toBeVisible();
    await sweepSection(page).getByRole('button', { name: 'Cancel' }).click();
    await expect(sweepSection(page)).toContainText('cancelled');
    await page.reload();
    await expect(page.getByText(/[1-8] of 9 values scored/)).toBeVisible();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByText('9 of 9 values scored')).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('button', { name: 'Cook the best' })).toBeVisible();
  });
});
