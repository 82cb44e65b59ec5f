import { useSyncExternalStore } from 'react';

/** Files that were dropped on the window or opened with the application, until somebody has done something with them. */
export interface IncomingFiles {
  /** Where they are: only the desktop shell can tell. */
  readonly paths: readonly string[];
  /** What they are called, where nothing more is known of them: in a browser. */
  readonly namesOnly: readonly string[];
}

const NONE: IncomingFiles = { paths: [], namesOnly: [] };

let current = NONE;
const listeners = new Set<() => void>();

export function setIncomingFiles(files: IncomingFiles): void {
  current = files;
  for (const listener of listeners) listener();
}

/** To be called by whoever has dealt with them, or whose dialog is closed without that. */
export function forgetIncomingFiles(): void {
  setIncomingFiles(NONE);
}

export function useIncomingFiles(): IncomingFiles {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a drop on the page brings. */
export function droppedFiles(files: readonly File[]): IncomingFiles {
  const desktop = window.stockpotDesktop;
  if (desktop === undefined) return { paths: [], namesOnly: files.map(({ name }) => name) };
  return { paths: files.map((file) => desktop.pathOf(file)).filter((path) => path !== ''), namesOnly: [] };
}
