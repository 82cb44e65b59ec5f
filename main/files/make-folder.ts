import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileError, systemCode } from './file-errors.ts';

/**
 * Makes a folder and those above it, as far as they are missing. Node's own way of doing so never ends where the system says that a
 * folder cannot be there although the one above it is, as below `/proc`.
 * @param path absolute
 * @throws StockpotError `file/permission`, `file/not-found`, `file/exists` (something else has its name), …
 */
export function makeFolder(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  } catch (thrown) {
    throw fileError(thrown, path);
  }
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (thrown) {
    // Another process may have been quicker.
    const isThere =
      systemCode(thrown) === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isThere) throw fileError(thrown, path);
  }
}
