import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeToyWorld } from '../backend/toy-world.ts';
import { expectAccessible } from './expect-accessible.ts';
import { createProject, lookIntoFolder } from './journey-steps.ts';
import { expect, test } from './served-application.ts';
import { cookByCommandLine, runStockpot } from './server.ts';

const world = makeToyWorld('uniform');
/** Another machine's workspace, and what was exported from it. */
const elsewhere = mkdtempSync(join(tmpdir(), 'stockpot-elsewhere-'));
const exported = join(world.folder, 'exported');

test.beforeAll(async () => {
  await cookByCommandLine(world.recipe, elsewhere);
  // Of eight bytes a weight the network is larger than the smallest shard.
  const format = ['--format', 'safetensors-sharded', '--dtype', 'f64', '--shard-size', '1KB'];
  await runStockpot(['export', '1', '-o', exported, ...format, '--dir', elsewhere]);
  const shards = readdirSync(exported).filter((name) => name.endsWith('.safetensors'));
  expect(shards.length).toBeGreaterThan(1);
});
test.afterAll(() => {
  world.remove();
  rmSync(elsewhere, { recursive: true, force: true });
});

test('a soup of several shards from elsewhere says where it comes from, misses its ingredients, finds them, and is cooked again', async ({
  page,
}) => {
  const [models, moved] = [join(world.folder, 'models'), join(world.folder, 'moved')];
  mkdirSync(moved);
  renameSync(models, join(moved, 'models'));
  try {
    await createProject(page, 'Here');
    await lookIntoFolder(page, exported);
    await page.getByRole('table', { name: 'What fits' }).getByRole('link', { name: 'Where it comes from' }).click();
    const sentence = page.getByRole('status').filter({ hasText: 'This file was exported from run 1 of project toy' });
    await expect(sentence).toBeVisible();
    const ingredients = page.getByRole('table', { name: 'Ingredients of the soup' });
    await expect(ingredients.getByText('not found')).toHaveCount(5);
    await expect(page.getByText('5 of 5 ingredients are not where they were')).toBeVisible();
    const open = page.getByRole('button', { name: 'Open the kitchen with this recipe' });
    await expect(open).toBeDisabled();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Folder with the missing ingredients' }).fill(join(moved, 'models'));
    await page.getByRole('button', { name: 'Look in this folder' }).click();
    await expect(page.getByText('All of its ingredients are here.')).toBeVisible();
    await expectAccessible(page);
    await expect(page.getByRole('combobox', { name: 'Project' })).toHaveValue('Here');
    await open.click();
    await expect(page.getByRole('heading', { level: 1, name: 'Kitchen' })).toBeVisible();
    await expect(page.getByText('ready to cook')).toBeVisible();
    await page.getByRole('button', { name: 'Cook', exact: true }).click();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /run 1/ })).toBeVisible();
  } finally {
    renameSync(join(moved, 'models'), models);
  }
});

test.describe('where its run is', () => {
  test.use({ recipes: [world.recipe] });

  test('a sharded export in half precision says what rounding cost, and leads back to its run', async ({
    page,
    application,
  }) => {
    const folder = join(application.workspace, 'taken');
    await page.goto(new URL('/projects/1/runs/1', page.url()).href);
    await page.getByRole('link', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export the soup of run 1' });
    await dialog.getByRole('radio', { name: /^safetensors, sharded/ }).check();
    await dialog.getByRole('combobox', { name: 'Element type' }).click();
    await page.getByRole('option', { name: 'float16', exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Largest shard, MB' }).fill('1');
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(folder);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Export and verify' }).click();
    await expect(dialog.getByText('Written and verified, bit for bit')).toBeVisible();
    await expect(dialog.getByRole('alert', { name: 'What rounding cost' })).toContainText(
      'the mean distance of the soup',
    );
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await lookIntoFolder(page, folder);
    await page.getByRole('table', { name: 'What fits' }).getByRole('link', { name: 'Open run 1' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /run 1/ })).toBeVisible();
  });
});
