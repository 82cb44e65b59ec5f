import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { syncFolder } from './atomic-file.ts';
import { fileError, isSystemError, systemCode, withFileErrors } from './file-errors.ts';
import { claimPartialName } from './partial-names.ts';

/** What renaming onto an existing, non-empty folder fails with; Windows says `EPERM`. */
const TAKEN: ReadonlySet<string | undefined> = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);

/**
 * Makes a folder that appears under its name only when `fill` has completed it. For content that depends on the name alone
 * (a cache keyed by content): an existing folder is left as it is, and when two processes fill it at once, the first one wins.
 * Parent folders are made where needed.
 * @param fill writes into the temporary folder that it is given
 * @returns whether this call's folder was taken, or one that was already there
 * @throws StockpotError `file/disk-full`, `file/permission`, `file/io`, and whatever `fill` throws; nothing is left behind
 */
export async function writeFolderAtomically(
  path: string,
  fill: (temporaryFolder: string) => Promise<void>,
): Promise<'written' | 'already-there'> {
  const target = resolve(path);
  if (existsSync(target)) return 'already-there';
  withFileErrors(target, () => mkdirSync(dirname(target), { recursive: true }));
  const temporaryFolder = claimPartialName(target, (partialPath) => mkdirSync(partialPath));
  try {
    await fill(temporaryFolder);
    syncTree(temporaryFolder);
    return takeName(temporaryFolder, target);
  } catch (thrown) {
    throw isSystemError(thrown) ? fileError(thrown, target) : thrown;
  } finally {
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

function takeName(temporaryFolder: string, target: string): 'written' | 'already-there' {
  try {
    renameSync(temporaryFolder, target);
    syncFolder(dirname(target));
    return 'written';
  } catch (thrown) {
    if (TAKEN.has(systemCode(thrown)) && existsSync(target)) return 'already-there';
    throw fileError(thrown, target);
  }
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncFolder(folder);
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
