import type { SourceFile } from '../source-file.ts';

/** Bytes that can be read at any offset and that the library takes for a file. */
export interface Hdf5Source {
  readonly path: string;
  readonly size: number;
  /** @throws StockpotError `checkpoint/truncated`, `checkpoint/io` */
  read(position: number, target: Uint8Array): void;
  /** Absent where the file is only read. */
  write?(position: number, bytes: Uint8Array): void;
  resize?(size: number): void;
}

/** A stretch of a file: all of it, or a record stored in an archive. */
export function windowOf(file: SourceFile, offset = 0, size = file.size): Hdf5Source {
  return { path: file.path, size, read: (position, target) => file.read(offset + position, target) };
}

/** Bytes in memory. */
export function sourceOf(path: string, bytes: Uint8Array): Hdf5Source {
  return {
    path,
    size: bytes.length,
    read: (position, target) => target.set(bytes.subarray(position, position + target.length)),
  };
}
