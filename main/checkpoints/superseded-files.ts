import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { StockpotError } from '../errors.ts';
import { isJsonObject } from './json-object.ts';
import { openCheckpoint } from './open.ts';
import { readJsonFile } from './shard-index.ts';

const INDEX_ENDING = '.index.json';

/**
 * The parts of the checkpoint that lies at `path`, which have no meaning any more once it is replaced: files in the same folder that it
 * refers to and no other index there does. None where nothing is there, or nothing that can be read: only a checkpoint says what is its own.
 * @param kept names that the new checkpoint has itself
 * @returns absolute paths
 */
export async function supersededFiles(path: string, kept: readonly string[]): Promise<readonly string[]> {
  if (!existsSync(path)) return [];
  const folder = dirname(resolve(path));
  const parts = (await filesOf(path)).filter((file) => dirname(file) === folder && file !== resolve(path));
  const spoken = new Set([...kept, ...namedByOthers(folder, basename(path))]);
  return parts.filter((file) => !spoken.has(basename(file)));
}

async function filesOf(path: string): Promise<readonly string[]> {
  try {
    const checkpoint = await openCheckpoint(path);
    checkpoint.close();
    return checkpoint.files.map((file) => resolve(file));
  } catch (thrown) {
    if (thrown instanceof StockpotError) return [];
    throw thrown;
  }
}

/** Names in the folder's other indexes of shards. */
function namedByOthers(folder: string, own: string): readonly string[] {
  const others = readdirSync(folder).filter((name) => name.endsWith(INDEX_ENDING) && name !== own);
  return others.flatMap((name) => {
    const index = readJsonFile(join(folder, name));
    const map = isJsonObject(index) && isJsonObject(index.weight_map) ? index.weight_map : {};
    return Object.values(map).filter((value) => typeof value === 'string');
  });
}
