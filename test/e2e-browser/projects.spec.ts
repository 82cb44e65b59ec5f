import type { Page } from '@playwright/test';
import { expect, test } from './served-application.ts';

async function createProject(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

const listed = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name });
const allProjects = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'Projects' });

test('an empty workspace says what to do first', async ({ page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
});

test('a project is created, found by a word and still there after a reload', async ({ page }) => {
  await createProject(page, 'Satellites');
  await allProjects(page).click();
  await createProject(page, 'Birds');
  await allProjects(page).click();
  await page.getByLabel('Search projects').fill('sat');
  await expect(listed(page, 'Satellites')).toBeVisible();
  await expect(listed(page, 'Birds')).toBeHidden();
  await page.reload();
  await expect(page.getByLabel('Search projects')).toHaveValue('sat');
  await expect(listed(page, 'Satellites')).toBeVisible();
  await expect(listed(page, 'Birds')).toBeHidden();
});

test('a name that is taken is refused beside its field', async ({ page }) => {
  await createProject(page, 'Birds');
  await allProjects(page).click();
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name').fill('Birds');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByText('Another project has this name')).toBeVisible();
});

test('a deleted project is gone at once and comes back by Undo', async ({ page }) => {
  await createProject(page, 'Birds');
  await allProjects(page).click();
  await page.getByRole('button', { name: 'Actions for Birds' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(listed(page, 'Birds')).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(listed(page, 'Birds')).toBeVisible();
});

test('an archived project is kept out of the way, and its notes and tags are found there', async ({ page }) => {
  await createProject(page, 'Birds');
  await page.getByRole('button', { name: 'Actions for Birds' }).click();
  await page.getByRole('menuitem', { name: 'Rename, notes, tags' }).click();
  await page.getByRole('combobox', { name: 'Tags' }).fill('vision');
  await page.getByRole('combobox', { name: 'Tags' }).press('Enter');
  await page.getByLabel('Notes').fill('Feathers only');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Feathers only')).toBeVisible();
  await page.getByRole('button', { name: 'Actions for Birds' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await allProjects(page).click();
  await expect(page.getByText('Start with a project')).toBeVisible();
  await page.getByText('Archived', { exact: true }).click();
  await page.getByLabel('Search projects').fill('vision');
  await expect(listed(page, 'Birds')).toBeVisible();
});

test('the command palette reaches a project by keyboard alone', async ({ page }) => {
  await createProject(page, 'Birds');
  const palette = page.getByRole('textbox', { name: 'Find an action, a project or a run' });
  await page.keyboard.press('Control+k');
  await expect(palette).toBeFocused();
  await page.keyboard.type('all proj');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(palette).toBeFocused();
  await page.keyboard.type('birds');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Birds' })).toBeVisible();
});
