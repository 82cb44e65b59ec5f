import { writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { centralDirectory, localHeader, placeRecords } from '../../main/checkpoints/zip-layout.ts';

export interface ArchiveOptions {
  /** Leave the checksums out, as PyTorch can be told to: a changed pickle then reaches the interpreter. */
  readonly withoutChecksums?: boolean;
}

/** A zip archive of stored records, written to `path`. */
export function writeArchive(
  path: string,
  records: Readonly<Record<string, Uint8Array | string>>,
  options: ArchiveOptions = {},
): void {
  const contents = new Map(
    Object.entries(records).map(([name, content]) => [
      name,
      typeof content === 'string' ? Buffer.from(content, 'latin1') : content,
    ]),
  );
  const placed = placeRecords(
    [...contents].map(([name, { length }]) => ({ name, size: length })),
    64,
  );
  const crcOf = ({ name }: { readonly name: string }): number =>
    options.withoutChecksums ? 0 : crc32(contents.get(name)!);
  const parts = placed.flatMap((record) => [localHeader(record, crcOf(record)), contents.get(record.name)!]);
  const offset = parts.reduce((sum, { length }) => sum + length, 0);
  writeFileSync(path, Buffer.concat([...parts, centralDirectory(placed, crcOf, offset)]));
}

/** A file as torch.save lays it out, around a pickle made by hand (Latin-1) and storages. */
export function writeTorchArchive(
  path: string,
  pickle: Uint8Array | string,
  storages: readonly Uint8Array[],
  options: ArchiveOptions = {},
): void {
  writeArchive(
    path,
    {
      'archive/data.pkl': pickle,
      'archive/byteorder': 'little',
      ...Object.fromEntries(storages.map((bytes, key) => [`archive/data/${key}`, bytes])),
      'archive/version': '3\n',
    },
    options,
  );
}
