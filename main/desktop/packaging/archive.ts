import { openSync, readSync } from 'node:fs';

interface ArchiveEntry {
  readonly files?: Readonly<Record<string, ArchiveEntry>>;
  readonly size?: number;
  readonly unpacked?: boolean;
}

export interface ArchivedFile {
  /** From the archive's root: `node_modules/zod/package.json` */
  readonly path: string;
  readonly bytes: number;
  /** It lies beside the archive instead of inside it. */
  readonly unpacked: boolean;
}

/** The files that an `app.asar` lists (format: github.com/electron/asar, "Format"). */
export function archivedFiles(archive: string): readonly ArchivedFile[] {
  const file = openSync(archive, 'r');
  const sizes = Buffer.alloc(16);
  readSync(file, sizes, 0, 16, 0);
  const header = Buffer.alloc(sizes.readUInt32LE(12));
  readSync(file, header, 0, header.length, 16);
  return filesBelow(JSON.parse(header.toString('utf8')) as ArchiveEntry, '');
}

function filesBelow({ files = {} }: ArchiveEntry, folder: string): readonly ArchivedFile[] {
  return Object.entries(files).flatMap(([name, entry]) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (entry.files !== undefined) return filesBelow(entry, path);
    return [{ path, bytes: entry.size ?? 0, unpacked: entry.unpacked === true }];
  });
}
