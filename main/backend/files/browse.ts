import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { withFileErrors } from '../../files/file-errors.ts';

interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'file';
  readonly bytes: number;
}

interface Listing {
  readonly folder: string;
  readonly parent: string | null;
  readonly entries: readonly FileEntry[];
  readonly left: number;
}

/** Nobody looks through more than this by eye; a path can still be typed. */
const MOST_ENTRIES = 2000;

/**
 * Folders and files of a folder, hidden ones left out, by name. What a link points to decides what it is; what points nowhere,
 * and what is neither folder nor file, is left out.
 * @param wanted the home folder when left out; of a file, its folder
 * @throws StockpotError `file/…`
 */
export function browseFolder(wanted: string | undefined): Listing {
  const named = resolve(wanted ?? homedir());
  const folder = statOrNothing(named)?.isFile() === true ? dirname(named) : named;
  const found = withFileErrors(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.'))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const entries = found.slice(0, MOST_ENTRIES).flatMap((entry) => describe(folder, entry));
  const parent = dirname(folder);
  return {
    folder,
    parent: parent === folder ? null : parent,
    entries: [...entries.filter(({ kind }) => kind === 'folder'), ...entries.filter(({ kind }) => kind === 'file')],
    left: Math.max(0, found.length - MOST_ENTRIES),
  };
}

function describe(folder: string, { name }: Dirent): readonly FileEntry[] {
  const path = join(folder, name);
  const stats = statOrNothing(path);
  if (stats?.isDirectory() === true) return [{ name, path, kind: 'folder', bytes: 0 }];
  return stats?.isFile() === true ? [{ name, path, kind: 'file', bytes: stats.size }] : [];
}

/** Nothing for links to nowhere and for what may not be looked at. */
function statOrNothing(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
