import type { ErrorFacts } from '../../errors.ts';
import type { NamedVersion } from '../system/overview.ts';

/** From Electron's main process to the backend's utilityProcess. A message that says so carries one MessagePort. */
export type HostMessage =
  | { readonly type: 'open'; readonly workspaceFolder: string; readonly hostVersions: readonly NamedVersion[] }
  /** Carries a page's port. */
  | { readonly type: 'page' }
  /** Carries the port of a child that was asked for. */
  | { readonly type: 'child-started'; readonly id: number; readonly pid: number | undefined }
  | {
      readonly type: 'child-ended';
      readonly id: number;
      readonly code: number | null;
      readonly errorOutput: readonly string[];
    }
  | { readonly type: 'close' };

type ChildEntry = 'engine';

/** From the backend to Electron's main process. */
export type BackendMessage =
  | { readonly type: 'ready' }
  /** The workspace cannot be opened; the process ends. */
  | { readonly type: 'failed'; readonly error: ErrorFacts }
  | {
      readonly type: 'start-child';
      readonly id: number;
      readonly entry: ChildEntry;
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly type: 'kill-child'; readonly id: number };
