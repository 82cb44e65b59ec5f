import { expect, type Page } from '@playwright/test';

/** The steps of the main job, by role and label alone: the same in a browser and in the desktop's window. */

export async function createProject(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

export async function openPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}

/** Has a folder looked into; the report on what fits is there afterwards. */
export async function lookIntoFolder(page: Page, folder: string): Promise<void> {
  await openPage(page, 'Ingredients');
  await page.getByRole('button', { name: 'Import' }).first().click();
  const path = page.getByLabel('Folder with checkpoints');
  await path.fill(folder);
  await path.press('Enter');
  await expect(page.getByRole('list', { name: 'In this folder' }).getByRole('checkbox').first()).toBeVisible();
  await page.getByRole('button', { name: 'Check the whole folder' }).click();
  await expect(page.getByRole('table', { name: 'What fits' })).toBeVisible();
}

export async function importWhatFits(page: Page, count: number): Promise<void> {
  await page.getByRole('button', { name: `Import ${count} checkpoints` }).click();
  await page.getByRole('button', { name: 'Show the ingredients' }).click();
  await expect(page.getByRole('table', { name: 'Ingredients' }).getByRole('row')).toHaveCount(count + 1);
}

export interface SplitToAdd {
  readonly role: 'selection' | 'test';
  readonly name: string;
  readonly folder: string;
  readonly from: number;
  readonly to: number;
}

/** Adds rows of the toy world's IDX files as a split. */
export async function addSplit(page: Page, { role, name, folder, from, to }: SplitToAdd): Promise<void> {
  await openPage(page, 'Data');
  await page.getByRole('button', { name: 'Add a split' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a split' });
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: role }).click();
  await dialog.getByLabel('Name', { exact: false }).first().fill(name);
  await dialog.getByRole('textbox', { name: 'Images' }).fill(`${folder}/images.idx`);
  await dialog.getByRole('textbox', { name: 'Labels' }).fill(`${folder}/labels.idx`);
  await dialog.getByLabel('From').fill(String(from));
  await dialog.getByLabel('Up to, not included').fill(String(to));
  await dialog.getByRole('button', { name: 'Look into it' }).click();
  await dialog.getByRole('button', { name: `Add “${name}”` }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('table', { name: 'Splits' }).getByRole('row', { name })).toBeVisible();
}

/** Cooks with a recipe of this title, everything else as it is proposed, and opens the run when it is done. */
export async function cook(page: Page, recipe: string): Promise<void> {
  await openPage(page, 'Kitchen');
  await page.getByRole('radio', { name: recipe, exact: true }).click();
  await page.getByRole('button', { name: 'Cook', exact: true }).click();
  await page.getByRole('link', { name: 'Open the run' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /run \d+$/ })).toBeVisible();
}

/** Exports the soup of the run at hand into a folder; it is verified after writing. */
export async function exportAs(page: Page, format: RegExp, folder: string): Promise<void> {
  await page.getByRole('link', { name: 'Export' }).click();
  await page.getByRole('radio', { name: format }).check();
  await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await page.getByRole('button', { name: 'Export and verify' }).click();
  await expect(page.getByText('Written and verified, bit for bit')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
}
