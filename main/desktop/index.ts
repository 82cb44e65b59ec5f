import { join, resolve } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain } from 'electron';
import { CHANNELS } from '../../preload/desktop-bridge.ts';
import { defaultWorkspaceFolder } from '../backend/default-workspace.ts';
import { BackendHost } from './backend-host.ts';
import { answerDialogs } from './dialogs.ts';
import { setMenu } from './menu.ts';
import { declarePagesScheme, servePages } from './pages-protocol.ts';
import { isTrustedSender } from './trusted-sender.ts';
import { forbidNavigation, openWindow } from './window.ts';

const CHECKPOINT = /\.(safetensors|pt|pth|bin|ckpt|onnx)$/i;

// Chromium refuses to start for root with its sandbox, so root has to say that it does without (containers, tests).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
declarePagesScheme();
if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  let toOpen = checkpointsIn(process.argv.slice(1));
  forbidNavigation();
  const backend = new BackendHost({
    workspaceFolder: defaultWorkspaceFolder(),
    onState: (state) => broadcast(CHANNELS.backendState, state),
  });
  const deliver = (paths: readonly string[]): void => {
    toOpen = [];
    for (const path of paths) app.addRecentDocument(path);
    broadcast(CHANNELS.openedFiles, paths);
  };
  ipcMain.on(CHANNELS.connect, (event) => {
    if (!isTrustedSender(event)) return;
    backend.connect(event.sender);
    if (toOpen.length > 0 && backend.state.state === 'ready') deliver(toOpen);
  });
  app.on('second-instance', (_event, argv, folder) => {
    focusWindow();
    deliver(checkpointsIn(argv.slice(1), folder));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    if (backend.state.state === 'ready') deliver([path]);
    else toOpen = [...toOpen, path];
  });
  app.on('window-all-closed', () => app.quit());
  app.on('activate', () => {
    if (app.isReady() && BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  quitAfterClosing(backend);
  app
    .whenReady()
    .then(() => {
      servePages(join(__dirname, '../renderer'));
      answerDialogs();
      setMenu((command) => BrowserWindow.getFocusedWindow()?.webContents.send(CHANNELS.command, command));
      backend.start();
      openWindow();
    })
    .catch((thrown: unknown) => {
      dialog.showErrorBox('Stockpot cannot start', thrown instanceof Error ? thrown.message : String(thrown));
      app.exit(1);
    });
}

/** The backend is closed in order (its database, its engines) before the application ends. */
function quitAfterClosing(backend: BackendHost): void {
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void backend.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

function broadcast(channel: string, payload: unknown): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(channel, payload);
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

function checkpointsIn(argv: readonly string[], folder = process.cwd()): readonly string[] {
  return argv.filter((argument) => CHECKPOINT.test(argument)).map((argument) => resolve(folder, argument));
}
