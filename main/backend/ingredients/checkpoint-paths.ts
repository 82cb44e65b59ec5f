import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkpointExtension } from '../../checkpoints/formats.ts';
import { StockpotError } from '../../errors.ts';
import { systemCode, withFileErrors } from '../../files/file-errors.ts';

export interface FoundPaths {
  /** Absolute, each once, in the order in which they were named; those of a folder by name. */
  readonly paths: readonly string[];
  /** Files in the folders that are no checkpoints by their names. */
  readonly passedOver: number;
}

const SHARD = /-\d{5}-of-\d{5}\.(safetensors|bin)$/i;
const INDEX = /\.(safetensors|bin)\.index\.json$/i;
const DEEPEST = 4;
const MOST_FILES = 5000;

/**
 * Files as they are named, and the checkpoints in folders and their subfolders. The parts of a sharded checkpoint are not listed,
 * only its index.
 * @throws StockpotError `file/…`, `ingredients/too-many-files`
 */
export function findCheckpoints(named: readonly string[]): FoundPaths {
  const found = new Set<string>();
  let passedOver = 0;
  const enter = (folder: string, depth: number): void => {
    const entries = withFileErrors(folder, () => readdirSync(folder, { withFileTypes: true }));
    const indexed = entries.some(({ name }) => INDEX.test(name));
    for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      const kind = kindOf(entry, path);
      if (kind === 'folder') {
        if (depth < DEEPEST) enter(path, depth + 1);
      } else if (
        kind === 'file' &&
        checkpointExtension(entry.name) !== undefined &&
        !(indexed && SHARD.test(entry.name))
      ) {
        found.add(path);
      } else passedOver += 1;
      refuseTooMany(found.size, named[0]!);
    }
  };
  for (const path of named.map((entry) => resolve(entry))) {
    if (withFileErrors(path, () => statSync(path)).isDirectory()) enter(path, 1);
    else found.add(path);
  }
  return { paths: [...found], passedOver };
}

/** What tables call it to begin with. */
export function nameOfCheckpoint(path: string): string {
  const name = basename(path);
  return name.slice(0, name.length - (checkpointExtension(name)?.length ?? 0));
}

function kindOf(entry: Dirent, path: string): 'folder' | 'file' | undefined {
  const target: Pick<Stats, 'isDirectory' | 'isFile'> | undefined = entry.isSymbolicLink() ? targetOf(path) : entry;
  if (target?.isDirectory() === true) return 'folder';
  return target?.isFile() === true ? 'file' : undefined;
}

/** Undefined for a link to nowhere. */
function targetOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (thrown) {
    if (systemCode(thrown) === undefined) throw thrown;
    return undefined;
  }
}

function refuseTooMany(count: number, where: string): void {
  if (count <= MOST_FILES) return;
  throw new StockpotError({
    code: 'ingredients/too-many-files',
    what: `There are more than ${MOST_FILES} checkpoints here`,
    where,
    remedy: 'Choose a folder further down.',
  });
}
