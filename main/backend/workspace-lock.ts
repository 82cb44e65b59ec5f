import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StockpotError } from '../errors.ts';

const LOCK_FILE = 'workspace.lock';

/** The right to write into a workspace; the operating system takes it back when the process ends, however it ends. */
export interface WorkspaceLock {
  release(): void;
}

/**
 * Takes the right to write into `folder`, which must exist. The lock is SQLite's own on an empty file: one writer on every
 * platform, no process ids that could belong to somebody else by now.
 * @throws StockpotError `workspace/in-use`
 */
export function lockWorkspace(folder: string): WorkspaceLock {
  const path = join(folder, LOCK_FILE);
  const file = openLockFile(path);
  try {
    // Without a journal on disk nothing is left beside the file when the process is killed.
    file.pragma('journal_mode = MEMORY');
    file.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    file.close();
    if (!isBusy(thrown)) throw unlockable(path, thrown);
    throw new StockpotError({
      code: 'workspace/in-use',
      kind: 'failure',
      what: 'Another Stockpot is working in this workspace',
      where: folder,
      remedy: 'Wait until it is done, or choose another workspace with --dir.',
    });
  }
  return { release: () => file.close() };
}

function openLockFile(path: string): Sqlite.Database {
  try {
    return new Sqlite(path, { timeout: 0 });
  } catch (thrown) {
    throw unlockable(path, thrown);
  }
}

function isBusy(thrown: unknown): boolean {
  return (
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && /^SQLITE_BUSY/.test(thrown.code)
  );
}

function unlockable(path: string, cause: unknown): StockpotError {
  return new StockpotError({
    code: 'workspace/unwritable',
    what: 'The workspace cannot be locked for writing',
    where: path,
    details: cause instanceof Error ? [cause.message] : [],
    remedy:
      'Ask for the right to write in this folder, copy it to where you have it, or choose another with --dir; stockpot runs and stockpot show look into it as it is.',
    cause,
  });
}
