import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain } from 'electron';
import { CHANNELS, type ShellCommand } from '../../preload/desktop-bridge.ts';
import { defaultWorkspaceFolder } from '../backend/default-workspace.ts';
import { BackendHost } from './backend-host.ts';
import { answerDialogs } from './dialogs.ts';
import { ListeningPage } from './listening-page.ts';
import { setMenu } from './menu.ts';
import { filesAmong, type Handover, handedOver } from './opened-files.ts';
import { declarePagesScheme, servePages } from './pages-protocol.ts';
import { isTrustedSender } from './trusted-sender.ts';
import { forbidNavigation, openWindow } from './window.ts';

// Chromium refuses to start for root with its sandbox, so root has to say that it does without (containers, tests).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
declarePagesScheme();
const files = filesAmong(process.argv.slice(1), process.cwd());
if (app.requestSingleInstanceLock({ files } satisfies Handover)) run(files);
else app.quit();

function run(files: readonly string[]): void {
  forbidNavigation();
  const page = new ListeningPage((report) => setMenu(report, command));
  function command(told: ShellCommand): void {
    if (told.type === 'forget-recent') app.clearRecentDocuments();
    page.send(told);
  }
  const open = (paths: readonly string[]): void => {
    if (paths.length === 0) return;
    for (const path of paths) app.addRecentDocument(path);
    page.send({ type: 'open-files', paths });
  };
  app.on('second-instance', (_event, _argv, _folder, data) => {
    showWindow();
    open(handedOver(data));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open([path]);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('activate', showWindow);
  const backend = new BackendHost({
    workspaceFolder: defaultWorkspaceFolder(),
    onState: (state) => {
      for (const window of BrowserWindow.getAllWindows()) window.webContents.send(CHANNELS.backendState, state);
    },
  });
  ipcMain.on(CHANNELS.connect, (event) => {
    if (isTrustedSender(event)) backend.connect(event.sender);
  });
  quitAfterClosing(backend);
  app
    .whenReady()
    .then(() => {
      servePages(join(__dirname, '../renderer'));
      answerDialogs();
      setMenu(undefined, command);
      backend.start();
      openWindow();
      open(files);
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

/** Brings the window to the front, whatever has become of it. */
function showWindow(): void {
  if (!app.isReady()) return;
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) {
    openWindow();
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
