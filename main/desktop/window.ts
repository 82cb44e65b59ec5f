import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, shell } from 'electron';
import { PAGES_ORIGIN } from './pages-protocol.ts';
import { keepWindowState, savedWindowState } from './window-state.ts';

const BACKGROUND = { light: '#ffffff', dark: '#16181d' };

/** The application's window: sandboxed, isolated, and unable to leave the application's own pages. */
export function openWindow(): BrowserWindow {
  const { maximized, ...bounds } = savedWindowState();
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 760,
    minHeight: 520,
    show: false,
    title: 'Stockpot',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: join(__dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  keepWindowState(window);
  if (maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${PAGES_ORIGIN}/`);
  return window;
}

/** Keeps every page where it belongs. Links to the web open in the user's browser, nothing else opens at all. */
export function forbidNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!url.startsWith(`${PAGES_ORIGIN}/`)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (url.startsWith('https://')) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}
