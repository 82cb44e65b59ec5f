import { app, Menu } from 'electron';
import type { PageReport, ShellCommand } from '../../preload/desktop-bridge.ts';
import { menuTemplate } from './menu-template.ts';

/** Gives the application the menu that fits what the page says of itself. */
export function setMenu(report: PageReport | undefined, command: (command: ShellCommand) => void): void {
  const template = menuTemplate({
    applicationName: app.name,
    isMac: process.platform === 'darwin',
    isPackaged: app.isPackaged,
    report,
    command,
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
