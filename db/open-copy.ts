import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { withFileErrors } from '../main/files/file-errors.ts';
import { type Database, type OpenOptions, openDatabase } from './open.ts';

/**
 * Opens a copy of the database at `path`, with what its write-ahead log holds, for where SQLite could not even read it: its readers
 * write into a file beside it. The copy is brought up to this version's schema, and removed when it is closed.
 * @throws StockpotError as `openDatabase`; `file/…` when it cannot be copied
 */
export async function openDatabaseCopy(path: string, options: OpenOptions = {}): Promise<Database> {
  const folder = withFileErrors(tmpdir(), () => mkdtempSync(join(tmpdir(), 'stockpot-reading-')));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    for (const ending of ['', '-wal']) {
      if (existsSync(`${path}${ending}`))
        withFileErrors(path, () => copyFileSync(`${path}${ending}`, `${copy}${ending}`));
    }
    return await openDatabase(copy, { ...options, onClose: remove });
  } catch (thrown) {
    remove();
    throw thrown;
  }
}
