import type { ElectronApplication } from '@playwright/test';

interface ItemState {
  readonly label: string;
  readonly enabled: boolean;
  readonly checked: boolean;
}

/** Chooses an item of the application's menu, by its id. */
export async function choose(application: ElectronApplication, id: string): Promise<void> {
  await application.evaluate(({ BrowserWindow, Menu }, wanted) => {
    const item = Menu.getApplicationMenu()!.getMenuItemById(wanted);
    if (item === null) throw new Error(`The menu has no item “${wanted}”`);
    if (!item.enabled) throw new Error(`“${item.label}” cannot be chosen now`);
    const [window] = BrowserWindow.getAllWindows();
    (item.click as unknown as (...parts: unknown[]) => void)({}, window, window!.webContents);
  }, id);
}

/** How an item is now; undefined while there is none of that id. */
export function itemState(application: ElectronApplication, id: string): Promise<ItemState | undefined> {
  return application.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()!.getMenuItemById(wanted);
    return item === null ? undefined : { label: item.label, enabled: item.enabled, checked: item.checked };
  }, id);
}
