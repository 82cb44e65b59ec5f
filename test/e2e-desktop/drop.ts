import type { Page } from '@playwright/test';

/** Drops real files on the window, as the system would: Chromium's own drag events, with the files in their hands. */
export async function drop(page: Page, files: readonly string[]): Promise<void> {
  const { drag, end } = await dragOver(page, files);
  await drag('drop');
  await end();
}

/** Holds files over the window. */
export async function dragOver(page: Page, files: readonly string[]) {
  const session = await page.context().newCDPSession(page);
  const drag = (type: 'dragEnter' | 'dragOver' | 'dragCancel' | 'drop') =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: 400,
      y: 300,
      data: { items: [], files: [...files], dragOperationsMask: 1 },
    });
  await drag('dragEnter');
  await drag('dragOver');
  return { drag, end: () => session.detach() };
}
