import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, type OpenOptions, openDatabase } from '../../db/open.ts';

/** A folder that goes when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-db-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database of the latest schema in a folder of its own. */
export async function temporaryDatabase(options: OpenOptions = {}): Promise<Database> {
  const database = await openDatabase(join(temporaryFolder(), 'stockpot.db'), options);
  onTestFinished(() => database.close());
  return database;
}
