import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeToyWorld } from '../backend/toy-world.ts';
import { createProject, openPage } from '../e2e-browser/journey-steps.ts';
import { cookByCommandLine, runStockpot } from '../e2e-browser/server.ts';
import { dragOver, drop } from './drop.ts';
import { expect, startOnceMore, test } from './window.ts';

const SAMPLE_FILE = fileURLToPath(new URL('../../main/backend/projects/sample.stockpot', import.meta.url));
const SAMPLE = 'Sample: handwritten digits';

const world = makeToyWorld();
test.afterAll(() => world.remove());

const models = `${world.folder}/models`;
const [first, second, third] = world.checkpoints as readonly [string, string, string];

test.describe('with a checkpoint on the command line', () => {
  test.use({ files: [first] });

  test('a new project begins with it, and its architecture is told', async ({ page }, info) => {
    const wizard = page.getByRole('dialog', { name: 'New project' });
    await expect(wizard.getByLabel('First checkpoint', { exact: true })).toHaveValue(first);
    await expect(wizard.getByText(/^Architecture: mlp/)).toBeVisible();
    await page.screenshot({ path: info.outputPath('opened-checkpoint.png') });
    await wizard.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'models' })).toBeVisible();
  });
});

test.describe('with a project file on the command line', () => {
  test.use({ files: [SAMPLE_FILE] });

  test('the project is brought in', async ({ page }) => {
    await expect(page.getByRole('heading', { level: 1, name: SAMPLE })).toBeVisible();
  });
});

test('what the system opens later goes into the project at hand', async ({ application, page }, info) => {
  await createProject(page, 'Noisy patterns');
  await application.evaluate(({ app }, path) => {
    app.emit('open-file', { preventDefault: () => {} }, path);
  }, first);
  await expect(page.getByRole('dialog', { name: 'Import ingredients' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'What fits' }).getByRole('row')).toHaveCount(2);
  await page.screenshot({ path: info.outputPath('preflight.png') });
});

test('a second start hands its files to the first, brings its window to the front, and ends', async ({
  application,
  home,
  page,
}) => {
  await createProject(page, 'Noisy patterns');
  await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide());
  // Relative to where the second was started, which is not where the first was.
  expect(await startOnceMore(home, [first.slice(models.length + 1)], models)).toBe(0);
  await expect(page.getByRole('table', { name: 'What fits' }).getByRole('row')).toHaveCount(2);
  const windows = await application.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.isVisible()),
  );
  expect(windows).toEqual([true]);
});

test('a file for the first arrives also when the second is started before its page is there', async ({
  application,
  home,
}) => {
  expect(await startOnceMore(home, [SAMPLE_FILE], models)).toBe(0);
  const page = await application.firstWindow();
  await expect(page.getByRole('heading', { level: 1, name: SAMPLE })).toBeVisible();
});

test('checkpoints dropped on any page are looked into for the project at hand', async ({ page }, info) => {
  await createProject(page, 'Noisy patterns');
  const { drag, end } = await dragOver(page, [first, second]);
  await expect(page.getByText('Import into this project')).toBeVisible();
  await page.screenshot({ path: info.outputPath('drop-hint.png') });
  await drag('drop');
  await end();
  await expect(page.getByText('Import into this project')).toBeHidden();
  await expect(page.getByRole('table', { name: 'What fits' }).getByRole('row')).toHaveCount(3);
});

test('without a project the first dropped checkpoint begins one, and the others follow into it', async ({ page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  await drop(page, [first, second, third]);
  const wizard = page.getByRole('dialog', { name: 'New project' });
  await expect(wizard.getByText(/^Architecture: mlp/)).toBeVisible();
  await wizard.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Import 2 checkpoints' })).toBeVisible();
});

test('a dropped folder is a project’s worth of checkpoints', async ({ page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  await drop(page, [models]);
  const wizard = page.getByRole('dialog', { name: 'New project' });
  await expect(wizard.getByText(/^Architecture: mlp/)).toBeVisible();
  await wizard.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('table', { name: 'What fits' }).getByRole('row')).toHaveCount(6);
});

test('a dropped project file opens as a project of its own', async ({ home, page }) => {
  await createProject(page, 'Noisy patterns');
  const file = join(home, 'Away.STOCKPOT');
  await copyFile(SAMPLE_FILE, file);
  await drop(page, [file]);
  await expect(page.getByRole('heading', { level: 1, name: SAMPLE })).toBeVisible();
});

test('a file that is nothing of ours is named as such, and nothing is stored', async ({ page }) => {
  await createProject(page, 'Noisy patterns');
  await drop(page, [`${world.folder}/labels.idx`]);
  const dialog = page.getByRole('dialog', { name: 'Import ingredients' });
  await expect(dialog).toContainText('labels.idx');
  await expect(dialog.getByRole('button', { name: /^Import \d/ })).toHaveCount(0);
});

test('a soup that is dropped back in opens its run, also by one of its shards; one from elsewhere says where it comes from', async ({
  home,
  page,
}) => {
  const elsewhere = join(home, 'elsewhere');
  const taken = join(home, 'taken');
  await cookByCommandLine(world.recipe, elsewhere);
  await runStockpot(['export', '1', '-o', taken, '--format', 'safetensors-sharded', '--dir', elsewhere]);
  await createProject(page, 'Noisy patterns');
  await drop(page, [taken]);
  await expect(page.getByText('This file was exported from run 1 of project toy')).toBeVisible();
  await page.getByRole('button', { name: 'Open the kitchen with this recipe' }).click();
  await expect(page.getByText('ready to cook')).toBeVisible();
  await page.getByRole('button', { name: 'Cook', exact: true }).click();
  await page.getByRole('link', { name: 'Open the run' }).click();
  await page.getByRole('link', { name: 'Export' }).click();
  const here = join(home, 'here');
  await page.getByRole('radio', { name: /^safetensors, sharded/ }).check();
  await page.getByRole('textbox', { name: 'Folder' }).fill(here);
  await page.getByRole('button', { name: 'Export and verify' }).click();
  await expect(page.getByText('Written and verified, bit for bit')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await openPage(page, 'Ingredients');
  const shard = (await readdir(here)).find((name) => name.endsWith('.safetensors'));
  await drop(page, [join(here, shard!)]);
  await expect(page.getByRole('heading', { level: 1, name: /run 1/ })).toBeVisible();
  await expect(page.getByText('This is the run that the file was exported from')).toBeVisible();
});
