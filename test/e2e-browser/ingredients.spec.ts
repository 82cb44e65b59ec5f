import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { makeToyWorld, writeFreshCnn } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';

const world = makeToyWorld('greedy');
const models = join(world.folder, 'models');
writeFileSync(join(models, 'broken.safetensors'), 'this is no checkpoint at all');
writeFreshCnn(
  join(models, 'other.safetensors'),
  { family: 'cnn', inputShape: [1, 8, 8], channels: [2, 2], hidden: 4, classes: 3 },
  1,
);
test.afterAll(() => world.remove());

const listed = (page: Page) => page.getByRole('table', { name: 'Ingredients' });
const pageLink = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name });

test.describe('in a new project', () => {
  test.beforeEach(async ({ page }) => {
    await page.getByRole('button', { name: 'New project' }).first().click();
    await page.getByLabel('Name').fill('Birds');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await pageLink(page, 'Ingredients').click();
  });

  test('what fits and what does not is shown before anything is stored; then what fits is brought in', async ({
    page,
  }) => {
    await expect(page.getByText('No ingredients yet')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Import…' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Import ingredients' });
    await dialog.getByLabel('Folder with checkpoints').fill(models);
    await dialog.getByRole('button', { name: 'Check the whole folder' }).click();

    const report = dialog.getByRole('table', { name: 'What fits' });
    await expect(dialog.getByRole('status')).toContainText('5 of 7 files fit, 2 do not');
    await expect(report.getByRole('row', { name: /broken/ })).toContainText('does not fit');
    const other = report.getByRole('row', { name: /other/ });
    await expect(other).toContainText('does not fit');
    await other.getByRole('button', { name: /differences of other/ }).click();
    await expect(other).toContainText('conv1.weight');
    await expectAccessible(page);

    await dialog.getByRole('button', { name: 'Choose others' }).click();
    await page.keyboard.press('Escape');
    await expect(page.getByText('No ingredients yet')).toBeVisible();

    await page.getByRole('button', { name: 'Import…' }).first().click();
    await dialog.getByLabel('Folder with checkpoints').fill(models);
    await dialog.getByRole('button', { name: 'Check the whole folder' }).click();
    await dialog.getByLabel('Name of model-0').fill('the first');
    await dialog.getByRole('checkbox', { name: 'Take model-4' }).uncheck();
    await dialog.getByRole('button', { name: 'Import 4 checkpoints' }).click();
    await expect(dialog.getByText('4 ingredients brought in.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Show the ingredients' }).click();
    await expect(listed(page).getByRole('row')).toHaveCount(5);
    await page.getByRole('button', { name: 'Import…' }).first().click();
    await expect(dialog.getByLabel('Folder with checkpoints')).toHaveValue(models);
    await page.keyboard.press('Escape');
    await expect(listed(page).getByRole('button', { name: 'the first' })).toBeVisible();
    await expectAccessible(page);
  });

  test('one that is dropped on a page in a browser has to be found, which is explained', async ({ page }) => {
    await page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['x'], 'model-0.safetensors'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    });
    await expect(page.getByText('A browser keeps to itself where files are')).toBeVisible();
    await expect(page.getByText('Find “model-0.safetensors” below')).toBeVisible();
  });

  test('a folder that is not there is named', async ({ page }) => {
    await page.getByRole('button', { name: 'Import…' }).first().click();
    await page.getByLabel('Folder with checkpoints').fill(join(world.folder, 'nowhere'));
    await page.getByRole('button', { name: 'Check the whole folder' }).click();
    await expect(page.getByRole('alert')).toContainText('nowhere');
  });
});

test.describe('in a project that has been cooked', () => {
  test.use({ recipes: [world.recipe] });

  test.beforeEach(async ({ page }) => {
    await page.getByRole('main').getByRole('link', { name: 'toy' }).click();
    await pageLink(page, 'Ingredients').click();
    await expect(listed(page).getByRole('row')).toHaveCount(6);
  });

  test('ingredients are sorted by what they scored, searched, and the address keeps it', async ({ page }) => {
    const accuracy = listed(page).getByRole('columnheader', { name: /selection/ });
    await accuracy.getByRole('button').click();
    await expect(accuracy).toHaveAttribute('aria-sort', 'descending');
    const shares = await listed(page)
      .getByRole('cell', { name: /^\d+\.\d\d %$/ })
      .allTextContents();
    const perRow = shares.length / 5;
    const first = shares.filter((_, index) => index % perRow === 0).map(Number.parseFloat);
    expect(first).toEqual(first.toSorted((a, b) => b - a));
    await page.getByLabel('Search ingredients').fill('torch');
    await expect(listed(page).getByRole('row')).toHaveCount(2);
    await page.reload();
    await expect(listed(page).getByRole('row')).toHaveCount(2);
    await page.getByLabel('Search ingredients').fill('nobody');
    await page.getByRole('button', { name: 'Show all 5 ingredients' }).click();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('SHA-256').check();
    await page.keyboard.press('Escape');
    await expect(listed(page).getByRole('columnheader', { name: 'SHA-256' })).toBeVisible();
  });

  test('one is opened, renamed, tagged and taken off the list, and comes back by Undo', async ({ page }) => {
    await listed(page).getByRole('button', { name: 'from torch' }).press('Enter');
    const drawer = page.getByRole('dialog');
    await expect(drawer.getByRole('table', { name: 'Tensors' })).toContainText('classifier.weight');
    await expect(drawer.getByRole('table', { name: 'Scores' })).toContainText('noisy');
    await expectAccessible(page);
    await drawer.getByLabel('Name', { exact: true }).fill('the second');
    await drawer.getByLabel('Name', { exact: true }).press('Enter');
    await drawer.getByRole('combobox', { name: 'Tags' }).fill('keep');
    await drawer.getByRole('combobox', { name: 'Tags' }).press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
    const row = listed(page).getByRole('row', { name: /the second/ });
    await expect(row).toContainText('keep');
    await row.getByRole('button').click();
    await drawer.getByRole('button', { name: 'Take off the list' }).click();
    await expect(row).toBeHidden();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(row).toBeVisible();
  });

  test('several are chosen by keyboard, tagged and taken off the list together; Undo brings them back', async ({
    page,
  }) => {
    const box = (name: string) => listed(page).getByRole('checkbox', { name: `Choose ${name}`, exact: true });
    await box('model-0').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    const bar = page.getByRole('region', { name: 'Chosen ingredients' });
    await expect(bar.getByText('3 ingredients chosen')).toBeVisible();
    await page.reload();
    await expect(box('model-2')).toBeChecked();
    await expectAccessible(page);
    await bar.getByRole('button', { name: 'Tags' }).click();
    await page.getByRole('combobox', { name: 'Tags of the chosen ingredients' }).fill('keep');
    await page.keyboard.press('Enter');
    await expect(listed(page).getByText('keep', { exact: true })).toHaveCount(3);
    await page.keyboard.press('Escape');
    await bar.getByRole('button', { name: 'Choose none' }).click();
    await box('model-2').click();
    await box('model-4').click({ modifiers: ['Shift'] });
    await expect(bar.getByText('3 ingredients chosen')).toBeVisible();
    await bar.getByRole('button', { name: 'Take off the list' }).click();
    await expect(listed(page).getByRole('row')).toHaveCount(3);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(listed(page).getByRole('row')).toHaveCount(6);
  });

  test('hyper-parameters are written down in the drawer and become a column', async ({ page }) => {
    await listed(page).getByRole('button', { name: 'model-0' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: 'Edit hyper-parameters' }).click();
    await drawer.getByLabel('Name 1').fill('learningRate');
    await drawer.getByLabel('Value of learningRate').fill('0.01');
    await expectAccessible(page);
    await drawer.getByRole('button', { name: 'Save' }).click();
    await expect(drawer.getByRole('rowheader', { name: 'Learning rate' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByLabel('Search ingredients').fill('learning rate 0.01');
    await expect(listed(page).getByRole('row')).toHaveCount(2);
  });

  test('a file that was moved and renamed is found again by its content', async ({ page }) => {
    const elsewhere = join(world.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const [from, to] = [world.checkpoints[2]!, join(elsewhere, 'another-name.safetensors')];
    renameSync(from, to);
    try {
      await page.reload();
      const row = listed(page).getByRole('row', { name: /model-2/ });
      await expect(row).toContainText('file is gone');
      await row.getByRole('button').click();
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('button', { name: 'Find it again…' }).click();
      await expectAccessible(page);
      await drawer.getByLabel('Folder to look in').fill(elsewhere);
      await drawer.getByRole('button', { name: 'Look in this folder' }).click();
      await expect(drawer.getByText(to)).toBeVisible();
      await expect(row).not.toContainText('file is gone');
    } finally {
      renameSync(to, from);
    }
  });

  test('a tiny ingredient is trained, its curve grows, and it descends from its base', async ({ page }) => {
    await page.getByRole('button', { name: 'Train…' }).click();
    await page.getByRole('link', { name: 'Add data' }).click();
    const adding = page.getByRole('dialog', { name: 'Add a split' });
    await adding.getByLabel('Images', { exact: false }).first().fill(join(world.folder, 'images.idx'));
    await adding.getByLabel('Labels', { exact: false }).first().fill(join(world.folder, 'labels.idx'));
    await adding.getByLabel('Up to, not included').fill('120');
    await adding.getByRole('button', { name: 'Look into it' }).click();
    await adding.getByRole('button', { name: 'Add “train”' }).click();
    await expect(adding).toBeHidden();

    await pageLink(page, 'Ingredients').click();
    await page.getByRole('button', { name: 'Train…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Train ingredients' });
    for (const box of await dialog.getByRole('checkbox').all()) {
      if (!(await box.getAttribute('aria-label'))?.startsWith('Adam,')) await box.uncheck();
    }
    await dialog.getByRole('checkbox', { name: /^Adam,/ }).check();
    await dialog.getByLabel('Epochs').fill('2');
    await dialog.getByLabel('Images per epoch').fill('60');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(dialog.getByRole('table', { name: 'Latest epochs' })).toContainText('2 of 2', { timeout: 50_000 });
    await expect(dialog.getByRole('figure', { name: 'Accuracy on selection' })).toBeVisible();
    await dialog.getByRole('button', { name: 'Show the ingredients' }).click();
    await expect(listed(page).getByRole('button', { name: 'adam', exact: true })).toBeVisible();
    await page.getByText('Lineage', { exact: true }).click();
    await expect(page.getByRole('list', { name: 'Lineage' }).getByText('fine-tuned here')).toBeVisible();
    await expectAccessible(page);
  });
});
