import { closeSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileError, systemCode } from './file-errors.ts';

const MARK = '.stockpot-partial-';
const NAME = /^(?<target>.*)\.stockpot-partial-(?<pid>\d+)-\d+$/s;

/** Room for file-system clocks that tick more coarsely than the process's own. */
const CLOCK_SLACK_MS = 100;

let counter = 0;

/**
 * A name in the same folder as `path` that no other process or thread uses: `<name>.stockpot-partial-<pid>-<n>`.
 * `create` must fail with `EEXIST` when the name is taken.
 */
export function claimPartialName(path: string, create: (partialPath: string) => void): string {
  for (;;) {
    counter += 1;
    const partialPath = join(dirname(path), `${basename(path)}${MARK}${process.pid}-${counter}`);
    try {
      create(partialPath);
      return partialPath;
    } catch (thrown) {
      if (systemCode(thrown) !== 'EEXIST') throw fileError(thrown, path);
    }
  }
}

/** True for the names that unfinished files and folders have: nothing may take them for a result. */
export function isPartialName(name: string): boolean {
  return NAME.test(basename(name));
}

/**
 * Deletes what processes that no longer run left unfinished in `folder` (not in its subfolders).
 * A folder that isn't there holds nothing to delete.
 * @param target only leftovers of this file name
 * @returns the names deleted
 * @throws StockpotError `file/permission`, `file/io`
 */
export function removePartials(folder: string, target?: string): readonly string[] {
  const removed: string[] = [];
  for (const name of namesIn(folder)) {
    const parts = NAME.exec(name)?.groups;
    if (parts === undefined) continue;
    if (target !== undefined && parts.target !== target) continue;
    const path = join(folder, name);
    if (isInUse(path, Number(parts.pid))) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (thrown) {
      throw fileError(thrown, path);
    }
    removed.push(name);
  }
  return removed;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw fileError(thrown, folder);
  }
}

function isInUse(path: string, pid: number): boolean {
  if (pid !== process.pid) return isRunning(pid);
  // In a container process ids repeat: a file last written before this process began belongs to a namesake.
  const begun = Date.now() - process.uptime() * 1000 - CLOCK_SLACK_MS;
  const written = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && written >= begun;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return systemCode(thrown) !== 'ESRCH';
  }
}

/** An empty file that did not exist before; for `claimPartialName`. */
export function createEmptyFile(path: string): void {
  closeSync(openSync(path, 'wx'));
}
