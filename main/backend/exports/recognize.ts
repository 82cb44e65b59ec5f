import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ExportRepository } from '../../../db/repositories/exports.ts';
import { checkpointExtension } from '../../checkpoints/formats.ts';
import { checkpointOfOriginFile } from '../../checkpoints/origin-file.ts';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { findCheckpoints } from '../ingredients/checkpoint-paths.ts';
import { wholeCheckpoints } from '../ingredients/whole-checkpoint.ts';
import { knownExport, type RunHere } from './known-export.ts';
import { tellsOrigin } from './origin.ts';
import { originMetadata } from './origin-metadata.ts';

/** An export is one checkpoint, in no more files than this together with what lies beside it. */
const MOST_FILES = 1100;

export interface RecognizedSoup {
  /** What to open. */
  readonly file: string;
  readonly run: RunHere | null;
}

/**
 * The one soup that files or a folder are: a file, all or some of its shards, its index, what lies beside it, or the folder of an
 * export. Undefined for anything else, be it good checkpoints or none.
 * @throws StockpotError `file/…` for a path that is not there
 */
export async function recognizeSoup(
  paths: readonly string[],
  exports: Pick<ExportRepository, 'ofSize'>,
  signal?: AbortSignal,
): Promise<RecognizedSoup | undefined> {
  const candidates = findCheckpoints(paths.map(named).filter(mayBeCheckpoint)).paths;
  if (candidates.length > MOST_FILES) return undefined;
  const wholeOf = wholeCheckpoints();
  const wholes = new Set<string>();
  for (const path of candidates) wholes.add(await wholeOf(path));
  const [file, ...others] = wholes;
  if (file === undefined || others.length > 0) return undefined;
  try {
    if (!tellsOrigin(await originMetadata(file, signal))) return undefined;
    return { file, run: await knownExport(file, exports, signal) };
  } catch (thrown) {
    // What is wrong with it is said where checkpoints are brought in.
    if (thrown instanceof StockpotError && thrown.kind === 'input') return undefined;
    throw thrown;
  }
}

function named(path: string): string {
  return checkpointOfOriginFile(resolve(path)) ?? resolve(path);
}

function mayBeCheckpoint(path: string): boolean {
  return checkpointExtension(path) !== undefined || withFileErrors(path, () => statSync(path)).isDirectory();
}
