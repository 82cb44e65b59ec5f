import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeToyWorld } from '../backend/toy-world.ts';
import { addSplit, cook, createProject, exportAs, importWhatFits, lookIntoFolder, openPage } from './journey-steps.ts';
import { expect, test } from './served-application.ts';
import { startServer } from './server.ts';

const world = makeToyWorld();
writeFileSync(join(world.folder, 'models', 'torn.safetensors'), 'no checkpoint at all');
test.afterAll(() => world.remove());

test('from checkpoints and data to soups that are compared, exported, verified and found again', async ({
  page,
  application,
}) => {
  test.slow();
  await createProject(page, 'Noisy patterns');

  await lookIntoFolder(page, `${world.folder}/models`);
  const torn = page.getByRole('table', { name: 'What fits' }).getByRole('row', { name: /torn/ });
  await expect(torn).toContainText('does not fit');
  await expect(torn.getByRole('checkbox')).toBeDisabled();
  await importWhatFits(page, 5);

  await addSplit(page, { role: 'selection', name: 'held out', folder: world.folder, from: 0, to: 120 });
  await addSplit(page, { role: 'test', name: 'clean', folder: world.folder, from: 120, to: 360 });
  await cook(page, 'Uniform soup');
  await cook(page, 'Greedy soup');
  await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('Better than the best ingredient');

  await openPage(page, 'Runs');
  await page.getByRole('checkbox', { name: 'Choose run 1' }).check();
  await page.getByRole('checkbox', { name: 'Choose run 2' }).check();
  await page.getByRole('link', { name: 'Compare', exact: true }).last().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Compare' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Only what differs' })).toContainText('greedy');

  await openPage(page, 'Runs');
  await page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: '2', exact: true }).click();
  const folder = join(application.workspace, 'taken');
  await exportAs(page, /PyTorch/, folder);
  expect(readdirSync(folder).some((name) => name.endsWith('.pt'))).toBe(true);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(page.getByText('equal bit for bit')).toBeVisible();

  await application.server.stop();
  const again = await startServer(application.workspace);
  await page.goto(again.link);
  await page.getByRole('main').getByRole('link', { name: 'Noisy patterns' }).click();
  await expect(page.getByRole('main')).toContainText(/greedy/i);
  await again.stop();
});
