import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { choose } from './menu.ts';
import { expect, start, test } from './window.ts';

const bounds = (application: ElectronApplication) =>
  application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds());
const zoom = (application: ElectronApplication) =>
  application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.zoomLevel);

test('the window comes back where it was, as large as it was, zoomed as it was', async ({
  application,
  home,
  page,
}) => {
  await expect(page.getByText('Start with a project')).toBeVisible();
  const place = { x: 40, y: 30, width: 900, height: 640 };
  await application.evaluate(({ BrowserWindow }, wanted) => {
    BrowserWindow.getAllWindows()[0]!.setBounds(wanted);
  }, place);
  await expect.poll(() => bounds(application)).toEqual(place);
  await choose(application, 'zoom-in');
  await expect.poll(() => zoom(application)).toBeGreaterThan(0);
  const zoomed = await zoom(application);
  await application.close();
  const again = await start(home);
  await expect((await again.firstWindow()).getByText('Start with a project')).toBeVisible();
  expect(await bounds(again)).toEqual(place);
  await expect.poll(() => zoom(again)).toBeCloseTo(zoomed, 6);
  await choose(again, 'reset-zoom');
  await expect.poll(() => zoom(again)).toBe(0);
  await again.close();
});

for (const [what, text] of [
  ['is damaged', '{"x": 10,'],
  ['names a place on no screen', '{"x":99000,"y":99000,"width":900,"height":640,"maximized":false}'],
] as const) {
  test(`when what was kept of the window ${what}, it opens at its first size`, async ({ application, home, page }) => {
    await expect(page.getByText('Start with a project')).toBeVisible();
    const first = await bounds(application);
    await application.close();
    await writeFile(join(home, 'settings', 'window.json'), text);
    const again = await start(home);
    await again.firstWindow();
    expect(await bounds(again)).toMatchObject({ width: first.width, height: first.height });
    await again.close();
  });
}
