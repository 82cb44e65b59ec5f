import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Where a file lies that another file names. */
export type NamedFile = { readonly kind: 'inside'; readonly path: string } | { readonly kind: 'outside' | 'missing' };

/**
 * The file that `owner` names, which must lie in the owner's folder or below it. An owner comes from somebody else: it must not make us
 * read files elsewhere, by its names or through links.
 */
export function insideFolder(owner: string, name: string): NamedFile {
  const folder = dirname(resolve(owner));
  const path = resolve(folder, name);
  if (isAbsolute(name) || name.includes('\0') || !isInside(path, folder)) return { kind: 'outside' };
  if (!existsSync(path)) return { kind: 'missing' };
  const target = realpathSync(path);
  if (!allowedFolders(folder).some((allowed) => isInside(target, allowed))) return { kind: 'outside' };
  return { kind: 'inside', path };
}

/** The folder itself. In Hugging Face's cache, `snapshots/<revision>/` holds links to files in `blobs/` two levels up. */
function allowedFolders(folder: string): readonly string[] {
  const real = realpathSync(folder);
  const revision = [real, dirname(real)].find((candidate) => basename(dirname(candidate)) === 'snapshots');
  return revision === undefined ? [real] : [real, join(dirname(dirname(revision)), 'blobs')];
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
