import { RunningChecksum } from './running-checksum.ts';
import type { SourceFile } from './source-file.ts';

export interface StoragePlace {
  readonly offset: number;
  readonly size: number;
  /** Of all its bytes, where the file says. */
  readonly checksum?: number;
}

/** Reads a storage, and compares it with its checksum once it has been read from its first byte to its last. */
export class CheckedStorage {
  readonly #file: SourceFile;
  readonly #offset: number;
  readonly #checksum: RunningChecksum | undefined;

  constructor(file: SourceFile, { offset, size, checksum }: StoragePlace) {
    this.#file = file;
    this.#offset = offset;
    if (checksum !== undefined) this.#checksum = new RunningChecksum(size, checksum, file.path);
  }

  /** @throws StockpotError `checkpoint/wrong-checksum`, `checkpoint/truncated`, `checkpoint/io` */
  read(byteOffset: number, target: Uint8Array): void {
    this.#file.read(this.#offset + byteOffset, target);
    this.#checksum?.add(byteOffset, target);
  }
}
