import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
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
    await syncTree(temporaryFolder);
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

/** All files at once: waiting for the disk is most of the work. */
async function syncTree(folder: string): Promise<void> {
  await Promise.all(
    readdirSync(folder, { withFileTypes: true }).map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await syncTree(path);
      else if (entry.isFile()) await syncFile(path);
    }),
  );
  syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
