import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { openDatabase } from '../../db/open.ts';
import { makeToyWorld } from '../backend/toy-world.ts';
import { CountedPage } from './counted-page.ts';
import { createProject } from './journey-steps.ts';
import { makeMixedCheckpoints } from './mixed-checkpoints.ts';
import { expect, test } from './served-application.ts';

/*
 * Ten things that people come for, each with the most clicks that it may take; `CountedPage` says what a click is. Each begins on
 * the project's front page, where nothing else is said.
 */

/** For what engines and disks do: the clicks are counted here, not the seconds. */
const WORK = { timeout: 60_000 };

test.beforeEach(() => test.slow());

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const pageLink = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true });

test.describe('in a new project', () => {
  const mixed = makeMixedCheckpoints();
  test.afterAll(() => mixed.remove());

  test('ten checkpoints are imported, and what does not fit is seen, in two clicks', async ({ page }) => {
    await createProject(page, 'Birds');
    const user = new CountedPage(page, 2);
    await user.click(page.getByRole('link', { name: 'Import ingredients' }));
    const dialog = page.getByRole('dialog', { name: 'Import ingredients' });
    await user.type(dialog.getByLabel('Folder with checkpoints'), mixed.folder);
    await expect(dialog.getByRole('status')).toContainText('8 of 10 files fit, 2 do not');
    const report = dialog.getByRole('table', { name: 'What fits' });
    await expect(report.getByRole('row', { name: /wider/ })).toContainText('does not fit');
    await expect(report.getByRole('row', { name: /torn/ })).toContainText('does not fit');
    await user.click(dialog.getByRole('button', { name: 'Import 8 checkpoints' }));
    await expect(dialog.getByText('8 ingredients brought in.')).toBeVisible(WORK);
  });
});

test.describe('in a project with runs', () => {
  const world = makeToyWorld('greedy');
  const recipes = ['greedy', 'uniform', 'seed-1', 'seed-2', 'seed-3', 'seed-4'];
  const recipePath = (name: string): string => join(dirname(world.recipe), `${name}.yml`);
  test.beforeAll(async () => {
    const text = await readFile(world.recipe, 'utf8');
    for (const [seed, name] of recipes.entries()) {
      const recipe = name === 'greedy' ? text : text.replace('recipe: greedy', 'recipe: uniform');
      writeFileSync(recipePath(name), `${recipe}seed: ${seed}\n`);
    }
  });
  test.afterAll(() => world.remove());
  test.use({ recipes: recipes.map(recipePath) });
  test.beforeEach(async ({ page }) => {
    await page.getByRole('main').getByRole('link', { name: 'toy' }).click();
    await expect(heading(page, 'toy')).toBeVisible();
  });

  test('whether the soup is better than the best model, and how sure that is, is seen without a click', async ({
    page,
  }) => {
    const answer = page.getByRole('region', { name: /the greedy soup of run 1 .* the best ingredient/ });
    await expect(answer).toContainText('95 % interval');
    await expect(answer).toContainText('exact McNemar test');
  });

  test('a greedy soup is cooked in three clicks', async ({ page }) => {
    const user = new CountedPage(page, 3);
    await user.click(pageLink(page, 'Kitchen'));
    await user.click(page.getByRole('radio', { name: 'Greedy soup', exact: true }));
    await user.click(page.getByRole('button', { name: 'Cook', exact: true }));
    await expect(page.getByRole('link', { name: 'Open the run' })).toBeVisible(WORK);
  });

  test('five runs are compared in three clicks', async ({ page }) => {
    const user = new CountedPage(page, 3);
    await user.click(pageLink(page, 'Runs'));
    await user.search(page.getByLabel('Filter runs'), 'recipe = uniform');
    await expect(page.getByRole('table', { name: 'Runs' }).getByRole('row')).toHaveCount(6);
    await user.click(page.getByRole('link', { name: 'Compare 5 runs' }));
    await expect(page.getByRole('table', { name: 'Scores, cost and size' }).getByRole('row')).toHaveCount(6);
    await expect(page.getByRole('table', { name: /Paired tests against/ })).toBeVisible();
  });

  test('only what differs between two runs is seen in two clicks', async ({ page }) => {
    const user = new CountedPage(page, 2);
    await user.click(pageLink(page, 'Runs'));
    await user.search(page.getByLabel('Filter runs'), 'id in (1, 4)');
    await user.click(page.getByRole('link', { name: 'Compare 2 runs' }));
    const differences = page.getByRole('table', { name: 'Only what differs' });
    await expect(differences.getByRole('row', { name: /recipe/ })).toContainText('greedy');
    await expect(differences.getByRole('row', { name: /recipe/ })).toContainText('uniform');
    await expect(differences.getByRole('row', { name: /seed/i })).toContainText('3');
    await expect(differences).not.toContainText('runtime');
  });

  test('the best soup is exported as a .pt file in three clicks', async ({ page }) => {
    const user = new CountedPage(page, 3);
    await user.click(page.getByRole('link', { name: 'Export this soup' }));
    await user.click(page.getByRole('radio', { name: /PyTorch/ }));
    const folder = await page.getByRole('textbox', { name: 'Folder' }).inputValue();
    await user.click(page.getByRole('button', { name: 'Export and verify' }));
    await expect(page.getByText('Written and verified, bit for bit')).toBeVisible(WORK);
    expect(readdirSync(folder).filter((name) => name.endsWith('.pt'))).toHaveLength(1);
  });

  test('the run of last week is found in two clicks', async ({ page, application }) => {
    const lastWeek = new Date(Date.now() - 6.5 * 24 * 60 * 60 * 1000).toISOString();
    const database = await openDatabase(join(application.workspace, 'stockpot.db'));
    database.query('UPDATE runs SET created_at = ? WHERE id = 3').run(lastWeek);
    database.close();
    const user = new CountedPage(page, 2);
    await user.click(pageLink(page, 'Runs'));
    await user.search(page.getByLabel('Filter runs'), 'created > 7d and created < 6d');
    const runs = page.getByRole('table', { name: 'Runs' });
    await expect(runs.getByRole('row')).toHaveCount(2);
    await user.click(runs.getByRole('link', { name: '3', exact: true }));
    await expect(heading(page, /run 3$/)).toBeVisible();
  });

  test('a run is cooked again with other settings in three clicks', async ({ page }) => {
    const user = new CountedPage(page, 3);
    await user.click(page.getByRole('link', { name: 'Cook run 6 again…' }));
    const seed = page.getByRole('textbox', { name: 'Seed' });
    await user.click(seed);
    await user.type(seed, '12');
    await expect(page.getByText('ready to cook')).toBeVisible();
    await user.click(page.getByRole('button', { name: 'Cook', exact: true }));
    await expect(page.getByRole('link', { name: 'Open the run' })).toBeVisible(WORK);
  });

  test('deleting is undone in one click, whatever was deleted', async ({ page }) => {
    await pageLink(page, 'Projects').click();
    const project = page.getByRole('main').getByRole('link', { name: 'toy' });
    await page.getByRole('button', { name: 'Actions for toy' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await expect(project).toBeHidden();
    const undo = page.getByRole('button', { name: 'Undo' });
    await new CountedPage(page, 1).click(undo);
    await project.click();
    await pageLink(page, 'Runs').click();
    const runs = page.getByRole('table', { name: 'Runs' }).getByRole('row');
    await expect(runs).toHaveCount(7);
    await page.getByLabel('Choose run 2').check();
    await page.getByRole('region', { name: 'Chosen runs' }).getByRole('button', { name: 'Delete' }).click();
    await expect(runs).toHaveCount(6);
    await new CountedPage(page, 1).click(undo);
    await expect(runs).toHaveCount(7);
  });

  test('why a job failed is seen, and it is resumed, in two clicks', async ({ page }) => {
    await pageLink(page, 'Kitchen').click();
    await page.getByRole('radio', { name: 'Weighted soup', exact: true }).click();
    await page.getByRole('textbox', { name: 'Weights' }).fill('1, 2, 3, 4, 5');
    await expect(page.getByText('ready to cook')).toBeVisible();
    const [first, second] = world.checkpoints.filter((path) => path.endsWith('.safetensors'));
    const original = readFileSync(first!);
    copyFileSync(second!, first!);
    await page.getByRole('button', { name: 'Cook', exact: true }).click();
    await expect(page.getByRole('region', { name: 'Cooking' })).toContainText('failed', WORK);
    await pageLink(page, 'Overview').click();

    const user = new CountedPage(page, 2);
    await user.click(page.getByRole('button', { name: /^Jobs/ }));
    const failed = page.getByRole('dialog', { name: 'Jobs' }).getByRole('article', { name: /Weighted soup/ });
    await expect(failed.getByRole('alert')).toContainText('model-0.safetensors');
    await expect(failed.getByRole('alert')).toContainText('Put the original file back');
    writeFileSync(first!, original);
    await user.click(failed.getByRole('button', { name: 'Resume' }));
    await expect(failed).toContainText('done', WORK);
    await expect(failed.getByRole('link', { name: /^Open run/ })).toBeVisible();
  });
});
