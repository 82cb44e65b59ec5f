import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Database, type OpenOptions, openDatabase } from '../../db/open.ts';
import { openDatabaseCopy } from '../../db/open-copy.ts';
import { runRepository } from '../../db/repositories/runs.ts';
import { factsOf, StockpotError } from '../errors.ts';
import { makeFolder } from '../files/make-folder.ts';
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
  /** BatchNorm statistics that soups were given; their runs need them. */
  readonly statistics: string;
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
    statistics: join(root, 'statistics'),
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
  for (const path of folders) makeWorkspaceFolder(paths.root, path);
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

export interface ReadingOptions extends OpenOptions {
  /** Whether something there may be written; asks the system when absent. */
  readonly mayWrite?: (path: string) => boolean;
}

/**
 * Opens an existing workspace to look into it, also while another process works there. Where nothing can be written, as on a read-only
 * disk or in somebody else's folder, a copy of its database is looked into.
 * @throws StockpotError `workspace/missing`, and what `openDatabase` and `openDatabaseCopy` throw
 */
export async function openWorkspaceForReading(folder: string, options: ReadingOptions = {}): Promise<Workspace> {
  const paths = workspacePaths(folder);
  requireWorkspace(folder);
  const { mayWrite = isWritable } = options;
  const open = mayWrite(paths.root) && mayWrite(paths.database) ? openDatabase : openDatabaseCopy;
  const database = await open(paths.database, options);
  return workspace(paths, database, { interruptedRuns: [], removedPartials: [] }, undefined);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function makeWorkspaceFolder(root: string, path: string): void {
  try {
    makeFolder(path);
  } catch (thrown) {
    throw REFUSED.includes(factsOf(thrown).code) ? unwritable(root, thrown) : thrown;
  }
}

/** What the system says where nothing may be made. */
const REFUSED: readonly string[] = ['file/permission', 'file/not-found'];

/** A workspace that can be looked into but not worked in says so. */
function unwritable(root: string, cause: unknown): StockpotError {
  const facts = factsOf(cause);
  const isThere = existsSync(workspacePaths(root).database);
  return new StockpotError({
    code: 'workspace/unwritable',
    what: isThere ? 'This workspace cannot be written' : 'There can be no workspace here',
    where: root,
    details: [[facts.what, facts.where].filter((part) => part !== undefined).join(': ')],
    remedy: isThere
      ? 'Ask for the right to write in this folder, or copy it to where you have it; stockpot runs and stockpot show look into it as it is.'
      : 'Choose another workspace with --dir.',
    cause,
  });
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
