import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../../db/open.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { WorkspacePaths } from '../workspace.ts';

interface ClearRequest {
  readonly predictions: boolean;
  readonly unusedData: boolean;
  /** What is kept of trainings that were stopped: they then begin again. */
  readonly trainings: boolean;
}

/**
 * Deletes kept predictions, prepared data that no project's splits refer to, and what is kept of unfinished trainings. Scores stay: they are in the database. Returns
 * how many bytes that freed.
 * @throws StockpotError `file/…`
 */
export function clearCache(
  database: Database,
  paths: Pick<WorkspacePaths, 'predictions' | 'splits' | 'trainings'>,
  { predictions, unusedData, trainings }: ClearRequest,
): number {
  let freed = 0;
  if (predictions) {
    // Rows first: a row without its file would be mended too, but a file without its row is only clutter.
    database.query('DELETE FROM predictions').run();
    freed += remove(paths.predictions, (name) => /^[0-9a-f]{64}\.f32$/.test(name));
  }
  if (unusedData) {
    const used = new Set(
      database
        .query<{ readonly key: string }>('SELECT key FROM splits')
        .all()
        .map(({ key }) => key),
    );
    freed += remove(paths.splits, (name) => /^[0-9a-f]{64}$/.test(name) && !used.has(name));
  }
  if (trainings) freed += remove(paths.trainings, (name) => name.endsWith('.safetensors'));
  return freed;
}

function remove(folder: string, isCache: (name: string) => boolean): number {
  return withFileErrors(folder, () => {
    let freed = 0;
    for (const name of readdirSync(folder).filter(isCache)) {
      const path = join(folder, name);
      freed += sizeOf(path);
      rmSync(path, { recursive: true, force: true });
    }
    return freed;
  });
}

function sizeOf(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
