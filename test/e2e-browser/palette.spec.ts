import type { Page } from '@playwright/test';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expect, test } from './served-application.ts';

const world = makeToyWorld('uniform');
test.afterAll(() => world.remove());
test.use({ recipes: [world.recipe] });

const PAGES = [
  '/',
  '/settings',
  '/projects/1',
  '/projects/1/ingredients',
  '/projects/1/data',
  '/projects/1/kitchen',
  '/projects/1/runs',
  '/projects/1/runs/1',
  '/projects/1/compare',
];

/** Pages whose head may offer nothing: all that can be done there is in the page itself. */
const EMPTY_HEADS = ['/settings', '/projects/1/kitchen', '/projects/1/compare'];

const field = (page: Page) => page.getByRole('textbox', { name: 'Find an action, a project or a run' });

async function open(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
}

test('whatever a page offers in its head is found by its name, on every page', async ({ page }) => {
  const { origin } = new URL(page.url());
  let offered = 0;
  for (const path of PAGES) {
    await page.goto(origin + path);
    const head = page.getByRole('group', { name: 'Page actions' });
    if (!EMPTY_HEADS.includes(path)) {
      await expect(head.getByRole('button').or(head.getByRole('link')).first()).toBeVisible();
    }
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const names: string[] = [];
    for (const element of await head.getByRole('button').or(head.getByRole('link')).all()) {
      if (!(await element.isEnabled())) continue;
      names.push((await element.getAttribute('aria-label')) ?? (await element.innerText()).trim());
    }
    await open(page);
    const group = page.getByRole('dialog');
    for (const name of names) await expect(group.getByText(name, { exact: true }).first()).toBeAttached();
    offered += names.length;
    await page.keyboard.press('Escape');
  }
  expect(offered).toBeGreaterThan(8);
});

test('what is done to the project at hand is done from anywhere in it', async ({ page }) => {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/projects/1/data`);
  await open(page);
  await field(page).fill('rename');
  await page.keyboard.press('Enter');
  const editing = page.getByRole('dialog', { name: 'Edit project' });
  await expect(editing).toBeVisible();
  await page.keyboard.press('Escape');
  await open(page);
  await field(page).fill('back up');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The database is backed up')).toBeVisible();
  await open(page);
  await field(page).fill('delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'toy' })).toBeVisible();
});

test('a run is found by its number and by its recipe', async ({ page }) => {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/projects/1`);
  for (const words of ['1', 'run 1 uniform']) {
    await open(page);
    await field(page).fill(words);
    await page.getByRole('dialog').getByText('Run 1 uniform').click();
    await expect(page).toHaveURL(/\/projects\/1\/runs\/1$/);
    await page.goBack();
  }
});
