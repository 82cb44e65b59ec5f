import { expectAccessible } from './expect-accessible.ts';
import { expect, test } from './served-application.ts';

const PAGES = [
  { path: '/', name: 'the projects', ready: 'Start with a project' },
  { path: '/?new=true', name: 'a new project', ready: 'What is being tried, and why' },
  { path: '/settings', name: 'the settings', ready: 'TensorFlow.js' },
] as const;

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in the ${scheme} theme`, () => {
    for (const { path, name, ready } of PAGES) {
      test(`${name}: nothing that axe objects to`, async ({ page }) => {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await page.goto(new URL(path, page.url()).href);
        await expect(page.getByText(ready).or(page.getByPlaceholder(ready)).first()).toBeVisible();
        await expectAccessible(page, [scheme]);
      });
    }

    test('a project: nothing that axe objects to', async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.getByRole('button', { name: 'New project' }).first().click();
      await page.getByLabel('Name').fill('Birds');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await expect(page.getByText('Nothing has been cooked yet')).toBeVisible();
      await expectAccessible(page, [scheme]);
    });
  });
}
