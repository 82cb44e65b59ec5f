import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { ShellCommand } from '../../preload/desktop-bridge.ts';

/** The native menu. What concerns the application's own things is done by the page: `command` tells it. */
export function setMenu(command: (command: ShellCommand) => void): void {
  const isMac = process.platform === 'darwin';
  const item = (label: string, accelerator: string, name: ShellCommand): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => command(name),
  });
  const settings = item('Settings…', 'CmdOrCtrl+,', 'settings');
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const application: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [{ role: 'about' }, settings, separator, { role: 'quit' }],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      item('New project…', 'CmdOrCtrl+N', 'new-project'),
      item('Open project file…', 'CmdOrCtrl+O', 'open-project-file'),
      item('Open the sample project', 'CmdOrCtrl+Shift+O', 'open-sample'),
      { role: 'recentDocuments', label: 'Recent', submenu: [{ role: 'clearRecentDocuments' }] },
      separator,
      ...(isMac ? [{ role: 'close' } as const] : [settings, separator, { role: 'quit' } as const]),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      item('Projects', 'CmdOrCtrl+1', 'projects'),
      item('Jobs', 'CmdOrCtrl+J', 'jobs'),
      item('Find an action…', 'CmdOrCtrl+Shift+P', 'command-palette'),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
    ],
  };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [application] : []),
    file,
    { role: 'editMenu' },
    view,
    { role: 'windowMenu' },
    { role: 'help', submenu: [item('Keyboard shortcuts', 'CmdOrCtrl+/', 'shortcuts')] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
