import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { makeToyWorld } from '../backend/toy-world.ts';
import { createProject, openPage } from '../e2e-browser/journey-steps.ts';
import { expect, test } from './window.ts';

const world = makeToyWorld();
test.afterAll(() => world.remove());

const SAMPLE = 'Sample: handwritten digits';

/** The system's dialogs cannot be driven: these are the answers that a user gives to the next ones. Undefined: they cancel. */
async function answerDialogs(application: ElectronApplication, path: string | undefined): Promise<void> {
  await application.evaluate(({ dialog }, answer) => {
    const asked: unknown[] = [];
    (globalThis as { asked?: unknown[] }).asked = asked;
    const canceled = answer === undefined;
    dialog.showOpenDialog = (...parts: unknown[]) => {
      asked.push(parts.at(-1));
      return Promise.resolve({ canceled, filePaths: canceled ? [] : [answer] });
    };
    dialog.showSaveDialog = (...parts: unknown[]) => {
      asked.push(parts.at(-1));
      return Promise.resolve({ canceled, filePath: answer ?? '' });
    };
  }, path);
}

function asked(application: ElectronApplication): Promise<readonly Record<string, unknown>[]> {
  return application.evaluate(() => (globalThis as unknown as { asked: Record<string, unknown>[] }).asked);
}

async function openSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page.getByRole('heading', { level: 1, name: SAMPLE })).toBeVisible();
}

test('checkpoints and folders are chosen by the system’s dialogs', async ({ application, page }) => {
  await createProject(page, 'Noisy patterns');
  await openPage(page, 'Ingredients');
  await page.getByRole('button', { name: 'Import' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Import ingredients' });
  await answerDialogs(application, undefined);
  await dialog.getByRole('button', { name: 'Files…' }).click();
  await expect.poll(() => asked(application)).toHaveLength(1);
  await expect(dialog.getByRole('button', { name: 'Files…' })).toBeVisible();
  const [files] = await asked(application);
  expect(files).toMatchObject({ properties: ['openFile', 'multiSelections'] });
  expect(JSON.stringify(files)).toContain('safetensors');
  await answerDialogs(application, `${world.folder}/models`);
  await dialog.getByRole('button', { name: 'Folder…' }).click();
  await expect(page.getByRole('table', { name: 'What fits' }).getByRole('row')).toHaveCount(6);
  expect(await asked(application)).toMatchObject([{ properties: ['openDirectory', 'createDirectory'] }]);
});

test('a project is saved as a file where the system’s dialog says, and opened from there', async ({
  application,
  home,
  page,
}) => {
  test.slow();
  await openSample(page);
  await page.getByRole('button', { name: `Actions for ${SAMPLE}` }).click();
  await page.getByRole('menuitem', { name: 'Export as one file' }).click();
  const file = join(home, 'away.stockpot');
  await answerDialogs(application, file);
  await page.getByRole('button', { name: 'Choose file…' }).click();
  await expect(page.getByLabel('File', { exact: true })).toHaveValue(file);
  const [save] = await asked(application);
  expect(save).toMatchObject({ defaultPath: expect.stringMatching(/Sample- handwritten digits\.stockpot$/) });
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByText('The project is one file now')).toBeVisible({ timeout: 30_000 });
  expect((await stat(file)).size).toBeGreaterThan(100_000);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Open project file' }).click();
  await page.getByRole('button', { name: 'Choose project file…' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: `${SAMPLE} (2)` })).toBeVisible({ timeout: 30_000 });
});

test('a table is saved where the system’s dialog says; what stands in the way is said', async ({
  application,
  home,
  page,
}) => {
  await openSample(page);
  await openPage(page, 'Runs');
  const save = page.getByRole('button', { name: 'CSV' });
  await answerDialogs(application, join(home, 'runs.csv'));
  await save.click();
  await expect(page.getByText(`Saved as ${join(home, 'runs.csv')}`)).toBeVisible();
  expect(await readFile(join(home, 'runs.csv'), 'utf8')).toContain('greedy');
  expect(await asked(application)).toMatchObject([{ defaultPath: expect.stringMatching(/runs-of-project-\d+\.csv$/) }]);
  await answerDialogs(application, join(home, 'no such folder', 'runs.csv'));
  await save.click();
  await expect(page.getByText(/^There is no such file or folder: .*no such folder/)).toBeVisible();
});

test('the folder of an export is chosen by the system’s dialog', async ({ application, home, page }) => {
  await openSample(page);
  await page.getByRole('table', { name: 'Recent runs' }).getByRole('link').first().click();
  await page.getByRole('link', { name: 'Export' }).click();
  await answerDialogs(application, join(home, 'taken'));
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(page.getByRole('textbox', { name: 'Folder' })).toHaveValue(join(home, 'taken'));
});
