import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Database, type OpenOptions, openDatabase } from '../../db/open.ts';
import { runRepository } from '../../db/repositories/runs.ts';
import { StockpotError } from '../errors.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { removePartials } from '../files/partial-names.ts';
import { putRestoredInPlace } from './system/backups.ts';
import { lockWorkspace, type WorkspaceLock } from './workspace-lock.ts';

/** Where things are in a workspace; all absolute. */
export interface WorkspacePaths {
  readonly root: string;
  readonly database: string;
  /** Checkpoints trained here. */
  readonly checkpoints: string;
  readonly splits: string;
  readonly predictions: string;
  /** States of trainings that are not finished. */
  readonly trainings: string;
  readonly runs: string;
  readonly exports: string;
  /** Copies of the database. */
  readonly backups: string;
  /** Where files were last looked for. */
  readonly lastFolder: string;
}

/** What opening found to put right after a process that died. */
export interface Recovery {
  readonly interruptedRuns: readonly number[];
  readonly removedPartials: readonly string[];
}

export interface Workspace {
  readonly paths: WorkspacePaths;
  readonly database: Database;
  readonly recovery: Recovery;
  readonly writable: boolean;
  close(): void;
}

export { defaultWorkspaceFolder } from './default-workspace.ts';

const DATABASE_FILE = 'stockpot.db';

export function workspacePaths(folder: string): WorkspacePaths {
  const root = resolve(folder);
  return {
    root,
    database: join(root, DATABASE_FILE),
    checkpoints: join(root, 'checkpoints'),
    splits: join(root, 'cache', 'splits'),
    predictions: join(root, 'cache', 'predictions'),
    trainings: join(root, 'cache', 'trainings'),
    runs: join(root, 'runs'),
    exports: join(root, 'exports'),
    backups: join(root, 'backups'),
    lastFolder: join(root, 'last-folder.json'),
  };
}

/**
 * Opens a workspace for writing, making it when it is not there. What a process that died left behind is put right: its
 * unfinished files go, its runs are marked as interrupted.
 * @throws StockpotError `workspace/in-use`, `workspace/unwritable`, and what `openDatabase` throws
 */
export async function openWorkspace(folder: string, options: OpenOptions = {}): Promise<Workspace> {
  const paths = workspacePaths(folder);
  const folders = [
    paths.root,
    paths.checkpoints,
    paths.splits,
    paths.predictions,
    paths.trainings,
    paths.runs,
    paths.exports,
    paths.backups,
  ];
  for (const path of folders) withFileErrors(path, () => mkdirSync(path, { recursive: true }));
  const lock = lockWorkspace(paths.root);
  try {
    putRestoredInPlace(paths);
    const database = await openDatabase(paths.database, options);
    const removedPartials = [...folders, ...foldersIn(paths.runs), ...foldersIn(paths.exports)].flatMap((path) =>
      removePartials(path).map((name) => join(path, name)),
    );
    const recovery = { interruptedRuns: runRepository(database).interruptRunning(), removedPartials };
    return workspace(paths, database, recovery, lock);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/**
 * Opens an existing workspace to look into it, also while another process works there.
 * @throws StockpotError `workspace/missing`, and what `openDatabase` throws
 */
export async function openWorkspaceForReading(folder: string, options: OpenOptions = {}): Promise<Workspace> {
  const paths = workspacePaths(folder);
  requireWorkspace(folder);
  const database = await openDatabase(paths.database, options);
  return workspace(paths, database, { interruptedRuns: [], removedPartials: [] }, undefined);
}

/** @throws StockpotError `workspace/missing` */
export function requireWorkspace(folder: string): void {
  const { database, root } = workspacePaths(folder);
  if (existsSync(database)) return;
  throw new StockpotError({
    code: 'workspace/missing',
    what: 'There is no workspace here',
    where: root,
    remedy: 'Name the workspace with --dir, or make one: stockpot cook RECIPE.yml, stockpot demo.',
  });
}

function workspace(
  paths: WorkspacePaths,
  database: Database,
  recovery: Recovery,
  lock: WorkspaceLock | undefined,
): Workspace {
  return {
    paths,
    database,
    recovery,
    writable: lock !== undefined,
    close() {
      database.close();
      lock?.release();
    },
  };
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}
