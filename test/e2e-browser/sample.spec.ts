import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';

const SAMPLE = 'Sample: handwritten digits';

async function openSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page.getByRole('heading', { level: 1, name: SAMPLE, exact: true })).toBeVisible();
}

const answer = (page: Page) => page.getByRole('region', { name: /the greedy soup of run .* the best ingredient/ });
const home = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'Projects' });

test('the sample opens cooked: the answer, its proof and the runs are there', async ({ page }) => {
  await openSample(page);
  await expect(answer(page)).toContainText('exact McNemar test');
  await expect(page.getByRole('table', { name: 'Recent runs' }).getByRole('row')).toHaveCount(4);
  await home(page).click();
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await home(page).click();
  await expect(page.getByRole('table', { name: 'Projects' }).getByRole('row')).toHaveCount(2);
});

test('a project leaves as one file and comes back as another project', async ({ page, application }) => {
  await openSample(page);
  await page.getByRole('button', { name: `Actions for ${SAMPLE}` }).click();
  await page.getByRole('menuitem', { name: 'Export as one file' }).click();
  const file = join(application.workspace, 'away.stockpot');
  await page.getByLabel('File', { exact: true }).fill(file);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByText('The project is one file now')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await home(page).click();
  await page.getByRole('button', { name: 'Open project file' }).click();
  await page.getByLabel('Project file', { exact: true }).fill(file);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: `${SAMPLE} (2)` })).toBeVisible();
  await expect(answer(page)).toContainText('exact McNemar test');
});

test('a file that is no project file is refused with what to do', async ({ page, application }) => {
  await page.getByRole('button', { name: 'Open project file' }).click();
  await page.getByLabel('Project file', { exact: true }).fill(join(application.workspace, 'stockpot.db'));
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('alert').first()).toContainText('This is not a project file, or it is incomplete');
});

test('a copy is made by one click and taken back by another', async ({ page }) => {
  await openSample(page);
  await page.getByRole('button', { name: `Actions for ${SAMPLE}` }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page.getByText(`“${SAMPLE} (2)” is a copy`)).toBeVisible();
  await home(page).click();
  const copy = page.getByRole('main').getByRole('link', { name: `${SAMPLE} (2)` });
  await expect(copy).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(copy).toBeHidden();
});

test('every page is a key or two away, and ? says which', async ({ page }) => {
  await openSample(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  for (const [key, heading] of [
    ['i', 'Ingredients'],
    ['d', 'Data'],
    ['r', 'Runs'],
    ['o', SAMPLE],
    ['s', 'Settings'],
    ['p', 'Projects'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  }
  await page.keyboard.press('n');
  await expect(page.getByRole('dialog', { name: 'New project' })).toBeVisible();
});

test('the palette reaches the pages of the project at hand', async ({ page }) => {
  await openSample(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('textbox', { name: 'Find an action, a project or a run' })).toBeFocused();
  await page.keyboard.type('import ingr');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Import ingredients' })).toBeVisible();
});

test('a backup is made, put back at the next start, and that is taken back', async ({ page }) => {
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page
    .getByRole('button', { name: /^Restore the backup of/ })
    .first()
    .click();
  await expect(page.getByText('Restored at the next start')).toBeVisible();
  await page.getByRole('button', { name: 'Keep the present one' }).click();
  await expect(page.getByText('Restored at the next start')).toBeHidden();
});

test('a project is made by steps, its architecture told by its first checkpoint', async ({ page, application }) => {
  await openSample(page);
  const [checkpoint] = await checkpointsIn(application.workspace);
  await home(page).click();
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name').fill('Digits');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('First checkpoint', { exact: true }).fill(checkpoint!);
  await expect(page.getByText(/^Architecture: cnn/)).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('radio', { name: /^Later/ }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('radio', { name: /^Accuracy/ })).toBeChecked();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Digits' })).toBeVisible();
  await expect(page.getByText('A soup needs at least two checkpoints')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing that axe objects to in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Open project file' }).click();
    await expect(page.getByLabel('Project file', { exact: true })).toBeVisible();
    await expectAccessible(page, [colorScheme]);
    await page.keyboard.press('Escape');
    await openSample(page);
    await expect(answer(page)).toBeVisible();
    await expectAccessible(page, [colorScheme]);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await expectAccessible(page, [colorScheme]);
  });
}

async function checkpointsIn(workspace: string): Promise<readonly string[]> {
  const folder = join(workspace, 'checkpoints');
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.safetensors')).map((name) => join(folder, name));
}
