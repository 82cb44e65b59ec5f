import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FORMAT_FACTS } from '../../checkpoints/formats.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';

/** Endings of files that name others: indexes of shards, and manifests. */
const NAMING: readonly string[] = Object.values(FORMAT_FACTS)
  .flatMap(({ extensions }) => extensions)
  .filter((extension) => extension.endsWith('.json'));

type WholeCheckpoint = (path: string) => Promise<string>;

/**
 * What a file is a part of: the index or the manifest beside it that names it, else the file itself. Each folder is looked into once.
 */
export function wholeCheckpoints(): WholeCheckpoint {
  const folders = new Map<string, Promise<ReadonlyMap<string, string>>>();
  return async (path) => {
    const folder = dirname(path);
    const parts = folders.get(folder) ?? partsIn(folder);
    folders.set(folder, parts);
    return (await parts).get(path) ?? path;
  };
}

/** The index or manifest of every part of a checkpoint in a folder. */
async function partsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const wholes = new Map<string, string>();
  for (const name of withFileErrors(folder, () => readdirSync(folder)).toSorted()) {
    if (!NAMING.some((ending) => name.toLowerCase().endsWith(ending))) continue;
    const path = join(folder, name);
    for (const part of await filesOf(path)) if (!wholes.has(part)) wholes.set(part, path);
  }
  return wholes;
}

/** None of a file that is no checkpoint: a folder may hold anything. */
async function filesOf(path: string): Promise<readonly string[]> {
  try {
    const checkpoint = await openCheckpoint(path);
    checkpoint.close();
    return checkpoint.files;
  } catch (thrown) {
    if (thrown instanceof StockpotError && thrown.kind === 'input') return [];
    throw thrown;
  }
}
