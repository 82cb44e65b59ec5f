import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointExtension } from '../../checkpoints/formats.ts';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { hashIngredient } from '../../mix/open-ingredients.ts';
import { fromPortablePath } from './soup-metadata.ts';

type SearchByHash = (sha256: string) => Promise<string | undefined>;

interface Places {
  /** Recorded paths start from here. */
  readonly folder: string;
  /** Other places that a file with this content was seen at, such as a workspace's. */
  readonly knownPaths?: ((sha256: string) => readonly string[]) | undefined;
}

/** Where an ingredient is, recognised by its content: at its recorded path, where it is known to have been, or by the search. */
export async function findIngredient(
  { path, sha256 }: { readonly path: string; readonly sha256: string },
  { folder, knownPaths }: Places,
  search: SearchByHash,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (const candidate of [fromPortablePath(path, folder), ...(knownPaths?.(sha256) ?? [])]) {
    if (existsSync(candidate) && (await hashOf(candidate, signal)) === sha256) return candidate;
  }
  return search(sha256);
}

/** Hashes a folder's files one by one until the content is found, each at most once. */
export function folderSearch(folder: string | undefined, signal: AbortSignal | undefined): SearchByHash {
  if (folder === undefined) return async () => undefined;
  const waiting = withFileErrors(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && checkpointExtension(entry.name) !== undefined)
    .map((entry) => join(folder, entry.name));
  const seen = new Map<string, string>();
  return async (sha256) => {
    while (!seen.has(sha256) && waiting.length > 0) {
      const path = waiting.shift()!;
      const found = await hashOf(path, signal);
      if (found !== undefined) seen.set(found, path);
    }
    return seen.get(sha256);
  };
}

/** undefined for a file that is no checkpoint: the folder may hold anything. */
async function hashOf(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return await hashIngredient(path, signal);
  } catch (thrown) {
    if (thrown instanceof StockpotError && thrown.kind === 'input') return undefined;
    throw thrown;
  }
}
