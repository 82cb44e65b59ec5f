import { existsSync, statSync } from 'node:fs';
import type { ExportRepository } from '../../../db/repositories/exports.ts';
import { hashCheckpoint } from '../../checkpoints/hash.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { originFilePath } from '../../checkpoints/origin-file.ts';

export interface RunHere {
  readonly id: number;
  readonly projectId: number;
}

/**
 * The run of this workspace that a checkpoint was exported from, known by its content; null where there is none. It is hashed only when
 * something of its size was exported here.
 * @throws StockpotError as `openCheckpoint`
 */
export async function knownExport(
  path: string,
  exports: Pick<ExportRepository, 'ofSize'>,
  signal?: AbortSignal,
): Promise<RunHere | null> {
  const checkpoint = await openCheckpoint(path);
  checkpoint.close();
  // All that was written counts as the export's size: shards, their index, and the text beside.
  const files = new Set([...checkpoint.files, path, originFilePath(path)].filter((file) => existsSync(file)));
  const candidates = exports.ofSize([...files].reduce((sum, file) => sum + statSync(file).size, 0));
  if (candidates.length === 0) return null;
  const sha256 = await hashCheckpoint(checkpoint, signal === undefined ? {} : { signal });
  const known = candidates.find((file) => file.sha256 === sha256);
  return known === undefined ? null : { id: known.runId, projectId: known.projectId };
}
