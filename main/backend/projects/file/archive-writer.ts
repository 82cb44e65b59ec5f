import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  centralDirectory,
  centralDirectoryBytes,
  localHeader,
  type PlacedRecord,
  placeRecords,
} from '../../../checkpoints/zip-layout.ts';
import { StockpotError, throwIfCancelled } from '../../../errors.ts';
import { AtomicFile } from '../../../files/atomic-file.ts';
import { fileError } from '../../../files/file-errors.ts';
import type { JobOptions } from '../../jobs/job-options.ts';

/** A record to be: bytes at hand, or a file of this size. */
export type RecordSource =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly name: string; readonly path: string; readonly size: number };

const CHUNK_BYTES = 4 << 20;
const ALIGNMENT = 64;

/**
 * Writes a zip archive (zip64 where needed) whose records are stored as they are, all or nothing. Only a chunk of one file is in
 * memory at a time. Returns its length in bytes.
 * @throws StockpotError `projects/changed-meanwhile`, `file/disk-full`, `file/…`, `job/cancelled`
 */
export async function writeArchive(
  path: string,
  records: readonly RecordSource[],
  { signal, onProgress }: JobOptions,
): Promise<number> {
  const placed = placeRecords(
    records.map((record) => ({ name: record.name, size: sizeOf(record) })),
    ALIGNMENT,
  );
  const last = placed.at(-1);
  const directoryOffset = last === undefined ? 0 : last.dataOffset + last.size;
  const size = directoryOffset + centralDirectoryBytes(placed);
  const file = AtomicFile.create(path, size);
  try {
    const checksums = new Map<PlacedRecord, number>();
    for (const [index, record] of placed.entries()) {
      const crc = await writeRecord(file, record, records[index]!, signal);
      file.write(localHeader(record, crc), record.headerOffset);
      checksums.set(record, crc);
      onProgress?.({ stage: 'Writing', done: record.dataOffset + record.size, total: size, unit: 'bytes' });
    }
    file.write(
      centralDirectory(placed, (record) => checksums.get(record)!, directoryOffset),
      directoryOffset,
    );
    throwIfCancelled(signal);
    file.commit();
    return size;
  } finally {
    file.abandon();
  }
}

function sizeOf(record: RecordSource): number {
  return 'bytes' in record ? record.bytes.length : record.size;
}

async function writeRecord(
  target: AtomicFile,
  { dataOffset }: PlacedRecord,
  source: RecordSource,
  signal: AbortSignal | undefined,
): Promise<number> {
  if ('bytes' in source) {
    target.write(source.bytes, dataOffset);
    return crc32(source.bytes);
  }
  let crc = 0;
  let done = 0;
  try {
    const file = await open(source.path, 'r');
    try {
      const chunk = new Uint8Array(Math.max(1, Math.min(CHUNK_BYTES, source.size)));
      while (done < source.size) {
        throwIfCancelled(signal);
        const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, source.size - done), done);
        if (bytesRead === 0) throw changedMeanwhile(source.path);
        const part = chunk.subarray(0, bytesRead);
        target.write(part, dataOffset + done);
        crc = crc32(part, crc);
        done += bytesRead;
      }
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw fileError(thrown, source.path);
  }
  return crc;
}

function changedMeanwhile(path: string): StockpotError {
  return new StockpotError({
    code: 'projects/changed-meanwhile',
    kind: 'failure',
    what: 'The file became shorter while it was being copied',
    where: path,
    remedy: 'Wait until nothing writes to it, then export again.',
  });
}
