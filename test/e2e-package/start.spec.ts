import { expect, test } from './packaged-application.ts';

test('a packaged application opens its window, and its service and its engine answer', async ({ page }) => {
  await expect(page).toHaveURL('app://stockpot/');
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill('Birds');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Birds' })).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('row', { name: /ONNX Runtime cpu works/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('row', { name: /TensorFlow.js wasm works/ })).toBeVisible({ timeout: 30_000 });
});
