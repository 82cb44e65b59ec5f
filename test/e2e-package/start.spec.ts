import { makeToyWorld } from '../backend/toy-world.ts';
import { addSplit, cook, createProject, importWhatFits, lookIntoFolder } from '../e2e-browser/journey-steps.ts';
import { expect, test } from './packaged-application.ts';

const world = makeToyWorld();
test.afterAll(() => world.remove());

test('a packaged application opens its window, and its service and its engine answer', async ({ page }) => {
  await expect(page).toHaveURL('app://stockpot/');
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('row', { name: /ONNX Runtime cpu works/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('row', { name: /TensorFlow.js wasm works/ })).toBeVisible({ timeout: 30_000 });
});

test('the sample project opens in a packaged application, and is cooked again through its service and its engine', async ({
  page,
}, info) => {
  test.slow();
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
  const begun = performance.now();
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sample: handwritten digits' })).toBeVisible();
  await expect(page.getByRole('region', { name: /the greedy soup of run .* the best ingredient/ })).toBeVisible();
  console.log(`The sample was brought in and shown in ${Math.round(performance.now() - begun)} ms`);
  await cook(page, 'Greedy soup');
  await expect(page.getByRole('region', { name: 'Verdict' })).toContainText(/best ingredient/);
  await page.screenshot({ path: info.outputPath('cooked-sample.png') });
});

test('a packaged application cooks what is brought into it', async ({ page }) => {
  test.slow();
  await createProject(page, 'Noisy patterns');
  await lookIntoFolder(page, `${world.folder}/models`);
  await importWhatFits(page, 5);
  await addSplit(page, { role: 'selection', name: 'held out', folder: world.folder, from: 0, to: 120 });
  await addSplit(page, { role: 'test', name: 'clean', folder: world.folder, from: 120, to: 360 });
  await cook(page, 'Greedy soup');
  await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('Better than the best ingredient');
});
