import { join } from 'node:path';
import { makeToyWorld } from '../backend/toy-world.ts';
import {
  addSplit,
  cook,
  createProject,
  exportAs,
  importWhatFits,
  lookIntoFolder,
  openPage,
} from '../e2e-browser/journey-steps.ts';
import { expect, test } from './window.ts';

const world = makeToyWorld();
test.afterAll(() => world.remove());

test('the main job in the window: import, data, soups, comparison, a verified export', async ({ page }, info) => {
  test.slow();
  await createProject(page, 'Noisy patterns');
  await lookIntoFolder(page, `${world.folder}/models`);
  await importWhatFits(page, 5);
  await addSplit(page, { role: 'selection', name: 'held out', folder: world.folder, from: 0, to: 120 });
  await addSplit(page, { role: 'test', name: 'clean', folder: world.folder, from: 120, to: 360 });
  await cook(page, 'Uniform soup');
  await cook(page, 'Greedy soup');
  await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('Better than the best ingredient');
  await page.screenshot({ path: info.outputPath('run.png') });
  await exportAs(page, /PyTorch/, join(world.folder, 'taken'));
  await openPage(page, 'Runs');
  await page.getByRole('checkbox', { name: 'Choose run 1' }).check();
  await page.getByRole('checkbox', { name: 'Choose run 2' }).check();
  await page.getByRole('region', { name: 'Chosen runs' }).getByRole('link', { name: 'Compare' }).click();
  await expect(page.getByRole('table', { name: 'Only what differs' })).toContainText('greedy');
  await page.screenshot({ path: info.outputPath('compare.png') });
});
