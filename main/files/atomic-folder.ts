import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
    return await takeName(temporaryFolder, target);
  } catch (thrown) {
    throw isSystemError(thrown) ? fileError(thrown, target) : thrown;
  } finally {
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

async function takeName(temporaryFolder: string, target: string): Promise<'written' | 'already-there'> {
  try {
    renameSync(temporaryFolder, target);
    await syncEntries(dirname(target));
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
      else if (entry.isFile()) await sync(path, 'r+');
    }),
  );
  await syncEntries(folder);
}

/** Makes names in a folder survive a power cut. Windows has no such call and does not need it. */
async function syncEntries(folder: string): Promise<void> {
  if (process.platform !== 'win32') await sync(folder, 'r');
}

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
