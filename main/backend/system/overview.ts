import { readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { unhurried } from '../unhurried.ts';
import type { WorkspacePaths } from '../workspace.ts';
import { listBackups } from './backups.ts';

export interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

interface FolderSize {
  readonly name: string;
  readonly bytes: number;
}

export interface SystemOverview {
  readonly versions: readonly NamedVersion[];
  readonly platform: {
    readonly system: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
  readonly workspace: {
    readonly folder: string;
    readonly parts: readonly FolderSize[];
    readonly diskFreeBytes: number;
    readonly diskTotalBytes: number;
  };
}

/** What runs here, on what machine, and how much room it takes. */
export async function systemOverview(
  paths: WorkspacePaths,
  versions: readonly NamedVersion[],
): Promise<SystemOverview> {
  const disk = await statfs(paths.root);
  return {
    versions,
    platform: {
      system: `${type()} ${release()}`,
      processor: cpus()[0]?.model.trim() || process.arch,
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    },
    workspace: {
      folder: paths.root,
      parts: await Promise.all([
        sizeOf('Database', [paths.database, `${paths.database}-wal`]),
        sizeOf('Trained checkpoints', [paths.checkpoints]),
        sizeOf('Prepared data', [paths.splits]),
        sizeOf('Predictions', [paths.predictions]),
        sizeOf('Unfinished trainings', [paths.trainings]),
        sizeOf('Runs', [paths.runs]),
        sizeOf('Exports', [paths.exports]),
        { name: 'Backups', bytes: listBackups(paths).reduce((sum, { bytes }) => sum + bytes, 0) },
      ]),
      diskFreeBytes: disk.bavail * disk.bsize,
      diskTotalBytes: disk.blocks * disk.bsize,
    },
  };
}

async function sizeOf(name: string, roots: readonly string[]): Promise<FolderSize> {
  let bytes = 0;
  // Waiting for each file would take a hundred times as long as looking at it.
  for (const root of roots) bytes += await unhurried(bytesUnder(root));
  return { name, bytes };
}

/** Bytes of a file or of everything in a folder; what is gone by the time it is looked at counts as nothing. */
function* bytesUnder(path: string): Generator<undefined, number> {
  yield;
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts?.isDirectory() !== true) return facts?.size ?? 0;
  let bytes = 0;
  for (const entry of entriesOf(path)) bytes += yield* bytesUnder(join(path, entry));
  return bytes;
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
    throw thrown;
  }
}
