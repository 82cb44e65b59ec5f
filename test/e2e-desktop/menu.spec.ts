import { createProject } from '../e2e-browser/journey-steps.ts';
import { choose, itemState } from './menu.ts';
import { expect, start, test } from './window.ts';

test('what concerns a project can be chosen only while one is open', async ({ application, page }) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  await expect.poll(() => itemState(application, 'new-project')).toMatchObject({ enabled: true });
  expect(await itemState(application, 'kitchen')).toMatchObject({ enabled: false });
  expect(await itemState(application, 'import-checkpoints')).toMatchObject({ enabled: false });
  expect(await itemState(application, 'open-recent')).toMatchObject({ enabled: false });
  await createProject(page, 'Birds');
  await expect.poll(() => itemState(application, 'kitchen')).toMatchObject({ enabled: true });
  await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
  await expect.poll(() => itemState(application, 'kitchen')).toMatchObject({ enabled: false });
});

test('every page, and what is begun on it, is reached from the menu', async ({ application, page }) => {
  await createProject(page, 'Birds');
  await expect.poll(() => itemState(application, 'kitchen')).toMatchObject({ enabled: true });
  for (const [id, heading] of [
    ['ingredients', 'Ingredients'],
    ['data', 'Data'],
    ['kitchen', 'Kitchen'],
    ['runs', 'Runs'],
    ['compare', 'Compare'],
    ['overview', 'Birds'],
  ] as const) {
    await choose(application, id);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  }
  for (const [id, dialog] of [
    ['import-checkpoints', 'Import ingredients'],
    ['train', 'Train ingredients'],
    ['shortcuts', 'Keyboard shortcuts'],
    ['jobs', 'Jobs'],
    ['new-project', 'New project'],
    ['open-project-file', 'Open a project file'],
  ] as const) {
    await choose(application, id);
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await choose(application, 'command-palette');
  await expect(page.getByRole('textbox', { name: 'Find an action, a project or a run' })).toBeFocused();
  await page.keyboard.press('Escape');
  await choose(application, 'settings');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await choose(application, 'projects');
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
  await choose(application, 'open-sample');
  await expect(page.getByRole('heading', { level: 1, name: 'Sample: handwritten digits' })).toBeVisible();
});

test('projects opened last are in the menu, also at the next start, until they are forgotten', async ({
  application,
  home,
  page,
}) => {
  await createProject(page, 'Cats & dogs');
  await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
  await createProject(page, 'Birds');
  await expect.poll(() => itemState(application, 'open-project-1')).toMatchObject({ label: 'Cats && dogs' });
  await application.close();
  const again = await start(home);
  const pageAgain = await again.firstWindow();
  await expect.poll(() => itemState(again, 'open-project-2')).toMatchObject({ label: 'Birds' });
  await choose(again, 'open-project-1');
  await expect(pageAgain.getByRole('heading', { level: 1, name: 'Cats & dogs' })).toBeVisible();
  await choose(again, 'forget-recent');
  await expect.poll(() => itemState(again, 'open-recent')).toMatchObject({ enabled: false });
  await again.close();
});

test('the appearance is chosen from the menu, and the window’s frame follows', async ({ application, page }, info) => {
  await expect.poll(() => itemState(application, 'appearance-auto')).toMatchObject({ checked: true });
  const scheme = page.locator('html');
  await choose(application, 'appearance-dark');
  await expect(scheme).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect.poll(() => itemState(application, 'appearance-dark')).toMatchObject({ checked: true });
  expect(await application.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
  await page.screenshot({ path: info.outputPath('dark.png') });
  await choose(application, 'appearance-auto');
  await expect.poll(() => application.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('system');
});

test('as long as nothing is chosen, the page is light or dark as the system is', async ({ application, page }) => {
  const scheme = page.locator('html');
  await expect.poll(() => itemState(application, 'appearance-auto')).toMatchObject({ checked: true });
  for (const look of ['dark', 'light'] as const) {
    await application.evaluate(({ nativeTheme }, source) => {
      nativeTheme.themeSource = source;
    }, look);
    await expect(scheme).toHaveAttribute('data-mantine-color-scheme', look);
  }
});
