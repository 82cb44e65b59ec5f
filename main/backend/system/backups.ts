import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Database } from '../../../db/open.ts';
import { StockpotError } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { WorkspacePaths } from '../workspace.ts';

export interface Backup {
  readonly name: string;
  readonly bytes: number;
  readonly createdAt: string;
  readonly reason: 'asked' | 'update' | 'restore';
  readonly pending: boolean;
}

type Paths = Pick<WorkspacePaths, 'database' | 'backups'>;

const ASKED = /^stockpot-[\dTZ.-]+\.db$/;
const REPLACED = /^replaced-[\dTZ.-]+\.db$/;
const BEFORE_UPDATE = /^stockpot\.db\.v\d+\.backup$/;

/** Newest first. */
export function listBackups(paths: Paths): readonly Backup[] {
  const pending = pendingName(paths);
  return [dirname(paths.database), paths.backups]
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []))
    .flatMap((path): readonly Backup[] => {
      const name = basename(path);
      const reason = reasonOf(name);
      if (reason === undefined) return [];
      const { size, mtime } = statSync(path);
      return [{ name, bytes: size, createdAt: mtime.toISOString(), reason, pending: name === pending }];
    })
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

function reasonOf(name: string): Backup['reason'] | undefined {
  if (ASKED.test(name)) return 'asked';
  if (REPLACED.test(name)) return 'restore';
  return BEFORE_UPDATE.test(name) ? 'update' : undefined;
}

/** @throws StockpotError `db/full`, `db/unopenable`, `file/…` */
export async function makeBackup(database: Database, paths: Paths, now: Date): Promise<Backup> {
  withFileErrors(paths.backups, () => mkdirSync(paths.backups, { recursive: true }));
  const name = `stockpot-${stampOf(now)}.db`;
  await database.backUp(join(paths.backups, name));
  return backupNamed(paths, name);
}

/** @throws StockpotError `system/unknown-backup`, `file/…` */
export function restoreAtNextStart(paths: Paths, name: string): Backup {
  backupNamed(paths, name);
  writeFileAtomically(markerOf(paths), name);
  return backupNamed(paths, name);
}

/** Whether there was a restoration to take back. */
export function cancelRestoration(paths: Paths): boolean {
  const waited = existsSync(markerOf(paths));
  rmSync(markerOf(paths), { force: true });
  return waited;
}

/**
 * Puts the backup that was asked for in the database's place; called before the database is opened. What was there is kept among
 * the backups, whatever a process that died left beside it included.
 * @throws StockpotError `file/…`
 */
export function putRestoredInPlace(paths: Paths, now = new Date()): void {
  const name = pendingName(paths);
  if (name === undefined) return;
  const source = pathOf(paths, name);
  if (existsSync(source)) {
    withFileErrors(paths.database, () => {
      const copy = `${paths.database}.restored`;
      copyFileSync(source, copy);
      const kept = join(paths.backups, `replaced-${stampOf(now)}.db`);
      for (const ending of ['-wal', '']) {
        if (existsSync(`${paths.database}${ending}`)) renameSync(`${paths.database}${ending}`, `${kept}${ending}`);
      }
      rmSync(`${paths.database}-shm`, { force: true });
      if (existsSync(`${source}-wal`)) copyFileSync(`${source}-wal`, `${paths.database}-wal`);
      renameSync(copy, paths.database);
    });
  }
  rmSync(markerOf(paths), { force: true });
}

function backupNamed(paths: Paths, name: string): Backup {
  const found = listBackups(paths).find((backup) => backup.name === name);
  if (found !== undefined) return found;
  throw new StockpotError({ code: 'system/unknown-backup', what: 'There is no such backup', where: name });
}

function pathOf(paths: Paths, name: string): string {
  return join(BEFORE_UPDATE.test(name) ? dirname(paths.database) : paths.backups, name);
}

function markerOf({ database }: Paths): string {
  return `${database}.restore`;
}

function pendingName(paths: Paths): string | undefined {
  const marker = markerOf(paths);
  if (!existsSync(marker)) return undefined;
  const name = withFileErrors(marker, () => readFileSync(marker, 'utf8'));
  return reasonOf(name) === undefined ? undefined : name;
}

function stampOf(now: Date): string {
  return now.toISOString().replaceAll(':', '-');
}
