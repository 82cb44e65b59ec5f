import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, shell } from 'electron';
import { PAGES_ORIGIN } from './pages-protocol.ts';
import { keepWindowState, savedWindowState } from './window-state.ts';

const LEAST_TIME_BETWEEN_CRASHES = 10_000;
const crashes = new WeakMap<BrowserWindow, number>();

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
    // Where the system does not take it from the application itself (Linux).
    icon: join(__dirname, '../renderer/icon-256.png'),
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
  window.webContents.on('render-process-gone', (_event, { reason }) => loadAgain(window, reason));
  void window.loadURL(`${PAGES_ORIGIN}/`);
  return window;
}

/** A page that crashed is loaded again; where it was is in its address. One that crashes at once is left to the user. */
function loadAgain(window: BrowserWindow, reason: string): void {
  if (reason === 'clean-exit' || window.isDestroyed()) return;
  const now = Date.now();
  const lastCrash = crashes.get(window);
  crashes.set(window, now);
  if (lastCrash === undefined || now - lastCrash > LEAST_TIME_BETWEEN_CRASHES) {
    window.webContents.reload();
    return;
  }
  dialog.showErrorBox(
    'The window stopped working',
    `It ended twice in a short while (${reason}). What runs goes on and nothing is lost; close the window and open Stockpot again.`,
  );
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
