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
const cookButton = (page: Page) => page.getByRole('button', { name: 'Cook', exact: true });

test.describe('with a small project', () => {
  const world = makeToyWorld('uniform');
  test.afterAll(() => world.remove());
  test.use({ recipes: [world.recipe] });

  test('a greedy soup is cooked from the form and leads to its run', async ({ page }) => {
    await openKitchen(page);
    await page.getByRole('radio', { name: 'Greedy soup', exact: true }).click();
    await page.getByRole('textbox', { name: 'Max models' }).fill('3');
    await page.getByRole('checkbox', { name: 'Take model-4' }).uncheck();
    await expect(page.getByText('4 ingredients taken')).toBeVisible();
    await expect(editor(page)).toHaveValue(/recipe: greedy[\s\S]*maxModels: 3/);
    await expect(editor(page)).not.toHaveValue(/model-4/);
    await expect(page.getByText('ready to cook')).toBeVisible();
    await cookButton(page).click();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /Greedy soup, run 2/ })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('best ingredient');
    const weights = page.getByRole('figure', { name: 'Weight of each ingredient' });
    await weights.getByRole('button', { name: 'Table' }).click();
    await expect(weights.getByRole('row')).toHaveCount(5);
    await expect(page.getByRole('list', { name: 'Steps' })).toContainText('Starts with');
  });

  test('what is written into the file shows in the form, and an error names its line', async ({ page }) => {
    await openKitchen(page);
    const text = await editor(page).inputValue();
    await editor(page).fill(text.replace('options: {}', 'options:\n  order: sideways'));
    await expect(page.getByRole('button', { name: /^Line 3:/ })).toBeVisible();
    await expect(cookButton(page)).toBeDisabled();
    await editor(page).fill(text.replace('options: {}', 'options:\n  order: sorted'));
    await expect(page.getByText('ready to cook')).toBeVisible();
    await expect(page.getByRole('combobox', { name: 'Order' })).toHaveValue('sorted');
    await editor(page).fill(`${text}broken: [`);
    await expect(page.getByText('The recipe file cannot be read at present')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Uniform soup' })).toBeDisabled();
    await editor(page).fill(text.replace('\nseed: 0', '\nseed: 7'));
    await expect(page.getByRole('textbox', { name: 'Seed' })).toHaveValue('7');
    await expect(cookButton(page)).toBeEnabled();
  });

  test('the device is chosen among those of the runtime, each with what it is or lacks', async ({ page }) => {
    await openKitchen(page);
    const device = page.getByRole('combobox', { name: 'Device' });
    await expect(device).toHaveValue('auto');
    await expect(page.getByText(/The first one that works: here /).filter({ visible: true })).toBeVisible();
    await device.click();
    await page.getByRole('option', { name: /^cpu/ }).click();
    await expect(editor(page)).toHaveValue(/device: cpu/);
    await expect(page.getByText('ready to cook')).toBeVisible();
  });

  test('TIES is found by its name, gets a base and options of single ingredients, and its soup is exported', async ({
    page,
    application,
  }) => {
    await openKitchen(page);
    const search = page.getByRole('searchbox', { name: 'Find a recipe' });
    await search.fill('ties');
    await expect(page).toHaveURL(/find=ties/);
    await search.press('Enter');
    await expect(page.getByRole('radio', { name: 'TIES', exact: true })).toBeChecked();
    const base = page.getByRole('combobox', { name: 'Base', exact: true });
    await expect(base).toHaveAccessibleDescription(/The base is missing/);
    await base.click();
    await page.getByRole('option', { name: 'model-0' }).click();
    await page.getByRole('textbox', { name: 'Density', exact: true }).fill('0.5');
    const table = page.getByRole('table', { name: 'Options by ingredient' });
    await expect(table.getByRole('row')).toHaveCount(5);
    const weight = table.getByRole('textbox', { name: 'Weight of model-3' });
    await weight.fill('0, 1');
    await expect(editor(page)).toHaveValue(/recipe: ties[\s\S]*base: model-0[\s\S]*density: 0.5[\s\S]*model-3:/);
    await table.getByRole('textbox', { name: 'Density of model-3' }).fill('7');
    await expect(table.getByRole('textbox', { name: 'Density of model-3' })).toHaveAccessibleDescription(/<=1/);
    await table.getByRole('textbox', { name: 'Density of model-3' }).fill('');
    await page.getByRole('combobox', { name: 'How Lambda varies' }).selectOption('by tensor name');
    await page.getByRole('textbox', { name: 'Value 1 of Lambda' }).fill('0.9');
    await expect(page.getByText('ready to cook')).toBeVisible();
    await expectAccessible(page, ['light']);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, ['dark']);
    await cookButton(page).click();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /^TIES, run/ })).toBeVisible();
    const methods = page.getByRole('table', { name: 'Methods by group of tensors' });
    await expect(methods).toContainText('ties from model-0');
    await expect(methods).toContainText('density: 0.5 for all');
    await expect(page.getByRole('figure', { name: 'Weight of each ingredient' })).toBeHidden();
    await page.getByRole('link', { name: 'Export' }).click();
    await page.getByRole('textbox', { name: 'Folder' }).fill(`${application.workspace}/ties`);
    await page.getByRole('button', { name: 'Export and verify' }).click();
    await expect(page.getByText('Written and verified, bit for bit')).toBeVisible();
  });

  test('a filter leaves the ingredients that are wanted, and stays in the address', async ({ page }) => {
    await openKitchen(page);
    await page.getByRole('textbox', { name: 'Filter ingredients' }).fill('torch');
    await page.getByRole('button', { name: 'Only these' }).click();
    await expect(page.getByText('1 ingredient taken')).toBeVisible();
    await expect(page).toHaveURL(/q=torch/);
  });

  test('what was written is still there after a look at another page, until it is thrown away', async ({ page }) => {
    await openKitchen(page);
    await page.getByRole('radio', { name: 'Weighted soup', exact: true }).click();
    await page.getByRole('textbox', { name: 'Weights' }).fill('1, 2, 3, 4, 5');
    await expect(editor(page)).toHaveValue(/recipe: weighted/);
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await page.getByRole('link', { name: 'Kitchen', exact: true }).click();
    await expect(page.getByRole('textbox', { name: 'Weights' })).toHaveValue('1, 2, 3, 4, 5');
    await page.getByRole('button', { name: 'Start over' }).click();
    await expect(editor(page)).toHaveValue(/recipe: greedy/);
  });

  test('a run is taken up again with its recipe, by keyboard', async ({ page }) => {
    await page.goto(new URL('/projects/1/runs/1', page.url()).href);
    await page.getByRole('link', { name: 'Cook again with other settings…' }).focus();
    await page.keyboard.press('Enter');
    await expect(editor(page)).toHaveValue(/recipe: uniform/);
    await expect(page.getByText('ready to cook')).toBeVisible();
    await page.getByRole('textbox', { name: 'Seed' }).fill('5');
    await expect(page.getByText('ready to cook')).toBeVisible();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('link', { name: 'Open the run' })).toBeVisible();
  });

  test('a soup is exported, verified and read back', async ({ page, application }) => {
    await page.goto(new URL('/projects/1/runs/1', page.url()).href);
    await page.getByRole('link', { name: 'Export' }).click();
    await page.getByRole('radio', { name: /PyTorch/ }).check();
    await page.getByRole('textbox', { name: 'Folder' }).fill(`${application.workspace}/taken`);
    const card = page.getByRole('textbox', { name: 'Model card' });
    await expect(card).toHaveValue(/uniform-soup\.pt/);
    await card.fill(`${await card.inputValue()}\nWritten beforehand.\n`);
    await page.getByRole('button', { name: 'Export and verify' }).click();
    await expect(page.getByText('Written and verified, bit for bit')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Python that loads it' })).toContainText('torch.load');
    await expect(card).toHaveValue(
      /model-soup[\s\S]*SHA-256 of `uniform-soup.pt`: `[0-9a-f]{64}`[\s\S]*Written beforehand/,
    );
    await card.fill(`${await card.inputValue()}\nTaken to the fair.\n`);
    await page.getByRole('button', { name: 'Save the card' }).click();
    await expect(page.getByText('As it is on disk')).toBeVisible();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await expect(page.getByText('equal bit for bit')).toBeVisible();
  });

  test('a run is replayed from its page, and says whether the same came out', async ({ page }) => {
    await page.goto(new URL('/projects/1/runs/1', page.url()).href);
    await page.getByRole('button', { name: 'Replay now' }).click();
    const outcome = page.getByRole('region', { name: 'Replay' });
    await expect(outcome).toContainText('The same came out again, bit for bit');
    await page.reload();
    await expect(outcome).toContainText('equal to the last digit');
  });

  test('the report opens within the application', async ({ page }) => {
    await page.goto(new URL('/projects/1/runs/1?report=true', page.url()).href);
    const report = page.frameLocator('iframe[title="Report on run 1"]');
    await expect(report.getByRole('heading', { level: 1 })).toContainText('run 1');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`nothing that axe objects to, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await openKitchen(page);
      await expectAccessible(page, [colorScheme]);
      await page.goto(new URL('/projects/1/runs/1', page.url()).href);
      await expect(page.getByRole('region', { name: 'Verdict' })).toBeVisible();
      await expect(page.getByRole('table', { name: 'Evaluations' })).toBeVisible();
      await expectAccessible(page, [colorScheme]);
      await page.getByRole('link', { name: 'Export' }).click();
      await expect(page.getByRole('button', { name: 'Export and verify' })).toBeVisible();
      await expectAccessible(page, [colorScheme]);
    });
  }
});

test.describe('with networks that take their time', () => {
  const world = makeSlowWorld();
  test.afterAll(() => world.remove());
  test.use({ recipes: [world.recipe] });

  test('a cooking is cancelled, resumed and finished', async ({ page }) => {
    test.slow();
    await openKitchen(page);
    await cookButton(page).click();
    const cooking = page.getByRole('region', { name: 'Cooking' });
    await cooking.getByRole('button', { name: 'Cancel' }).click();
    await expect(cooking).toContainText('cancelled');
    await page.reload();
    await cooking.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByRole('link', { name: 'Open the run' })).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('list', { name: 'Steps' })).toContainText('Stops');
  });
});
