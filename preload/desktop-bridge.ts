import type { ApiErrorFacts } from './contract/base.ts';

/** Names of the messages between pages and Electron's main process. */
export const CHANNELS = {
  connect: 'stockpot:connect',
  port: 'stockpot:port',
  backendState: 'stockpot:backend-state',
  command: 'stockpot:command',
  chooseFiles: 'stockpot:choose-files',
  chooseFolder: 'stockpot:choose-folder',
  showInFolder: 'stockpot:show-in-folder',
  openedFiles: 'stockpot:opened-files',
} as const;

/** How the service is doing, as the shell sees it. */
export type BackendState =
  | { readonly state: 'starting' }
  | { readonly state: 'ready' }
  /** It ended unexpectedly and is started again in `seconds`. */
  | { readonly state: 'restarting'; readonly seconds: number; readonly explanation: string }
  /** It ended too often, or cannot open its workspace. */
  | { readonly state: 'failed'; readonly error: ApiErrorFacts };

/** What the menu asks a page to do. */
export type ShellCommand =
  | 'new-project'
  | 'open-project-file'
  | 'open-sample'
  | 'command-palette'
  | 'jobs'
  | 'settings'
  | 'projects'
  | 'shortcuts';

interface FileChoice {
  readonly title: string;
  readonly multiple: boolean;
  readonly filters: readonly { readonly name: string; readonly extensions: readonly string[] }[];
}

/** What the desktop shell offers a page, as `window.stockpotDesktop`; absent in a browser. */
export interface DesktopBridge {
  /** Asks for a port to the service; it arrives as a window message `{ type: PORT_MESSAGE }` that carries the port. */
  connect(): void;
  onBackendState(listener: (state: BackendState) => void): void;
  onCommand(listener: (command: ShellCommand) => void): void;
  /** Files that the user opened with the application. */
  onOpenedFiles(listener: (paths: readonly string[]) => void): void;
  chooseFiles(choice: FileChoice): Promise<readonly string[]>;
  chooseFolder(title: string): Promise<string | undefined>;
  showInFolder(path: string): Promise<void>;
  /** Where a file that was dropped on the page is. */
  pathOf(file: unknown): string;
}

export const PORT_MESSAGE = 'stockpot:port';
