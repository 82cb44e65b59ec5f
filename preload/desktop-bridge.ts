import type { ApiErrorFacts } from './contract/base.ts';

/** Names of the messages between pages and Electron's main process. */
export const CHANNELS = {
  connect: 'stockpot:connect',
  port: 'stockpot:port',
  backendState: 'stockpot:backend-state',
  command: 'stockpot:command',
  report: 'stockpot:report',
  chooseFiles: 'stockpot:choose-files',
  chooseFolder: 'stockpot:choose-folder',
  chooseNewFile: 'stockpot:choose-new-file',
  saveFile: 'stockpot:save-file',
  showInFolder: 'stockpot:show-in-folder',
} as const;

/** How the service is doing, as the shell sees it. */
export type BackendState =
  | { readonly state: 'starting' }
  | { readonly state: 'ready' }
  /** It ended unexpectedly and is started again in `seconds`. */
  | { readonly state: 'restarting'; readonly seconds: number; readonly explanation: string }
  /** It ended too often, or cannot open its workspace. */
  | { readonly state: 'failed'; readonly error: ApiErrorFacts };

/** Pages of the project at hand, and what is begun on them. */
export type ProjectCommand =
  | 'overview'
  | 'ingredients'
  | 'data'
  | 'kitchen'
  | 'runs'
  | 'compare'
  | 'import-checkpoints'
  | 'export-project'
  | 'train';

export const APPEARANCES = ['auto', 'light', 'dark'] as const;
export type Appearance = (typeof APPEARANCES)[number];

/** What the shell asks the page to do, because of its menu or because files were opened with the application. */
export type ShellCommand =
  | {
      readonly type:
        | ProjectCommand
        | 'new-project'
        | 'open-project-file'
        | 'open-sample'
        | 'forget-recent'
        | 'command-palette'
        | 'jobs'
        | 'settings'
        | 'licences'
        | 'projects'
        | 'shortcuts';
    }
  | { readonly type: 'open-project'; readonly projectId: number }
  | { readonly type: 'appearance'; readonly appearance: Appearance }
  /** Absolute paths. */
  | { readonly type: 'open-files'; readonly paths: readonly string[] };

/** What the shell's menu has to know of the page. The first report says that the page listens to commands. */
export interface PageReport {
  /** The project at hand. */
  readonly projectId: number | null;
  /** Projects, the one opened last first. */
  readonly recent: readonly { readonly id: number; readonly name: string }[];
  readonly appearance: Appearance;
}

interface FileFilter {
  readonly name: string;
  /** Without the dot. */
  readonly extensions: readonly string[];
}

interface FileChoice {
  readonly title: string;
  readonly multiple: boolean;
  readonly filters: readonly FileFilter[];
}

interface NewFileChoice {
  readonly title: string;
  /** The name that is proposed, or a whole path. */
  readonly name: string;
  readonly filters: readonly FileFilter[];
}

interface FileToSave {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What became of a file that was to be saved: `path` is undefined when the user changed their mind. */
export type SavedFile =
  | { readonly saved: true; readonly path: string | undefined }
  | { readonly saved: false; readonly error: ApiErrorFacts };

/** What the desktop shell offers a page, as `window.stockpotDesktop`; absent in a browser. */
export interface DesktopBridge {
  /** Asks for a port to the service; it arrives as a window message `{ type: PORT_MESSAGE }` that carries the port. */
  connect(): void;
  onBackendState(listener: (state: BackendState) => void): void;
  /** Returns how to listen no longer. */
  onCommand(listener: (command: ShellCommand) => void): () => void;
  report(report: PageReport): void;
  /** The paths of files that are there; none when the user changed their mind, as with the other dialogs. */
  chooseFiles(choice: FileChoice): Promise<readonly string[]>;
  chooseFolder(title: string): Promise<string | undefined>;
  /** Asks where a file is to go that somebody else writes. */
  chooseNewFile(choice: NewFileChoice): Promise<string | undefined>;
  /** Asks where to, and writes it there. */
  saveFile(file: FileToSave): Promise<SavedFile>;
  showInFolder(path: string): Promise<void>;
  /** Where a file that was dropped on the page is. */
  pathOf(file: unknown): string;
}

export const PORT_MESSAGE = 'stockpot:port';
