import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import type { SourceFile } from './source-file.ts';

export interface StoragePlace {
  readonly offset: number;
  readonly size: number;
  /** Of all its bytes, where the file says. */
  readonly checksum?: number;
}

/**
 * Reads a storage, and compares it with its checksum once it has been read from its first byte to its last. Reading only parts of
 * it, or in another order, compares nothing: that would take reading more than was asked for.
 */
export class CheckedStorage {
  readonly #file: SourceFile;
  readonly #place: StoragePlace;
  /** Bytes from the first on that `#sum` is the checksum of; -1 when the order was lost. */
  #summed = 0;
  #sum = 0;

  constructor(file: SourceFile, place: StoragePlace) {
    this.#file = file;
    this.#place = place;
  }

  /** @throws StockpotError `checkpoint/wrong-checksum`, `checkpoint/truncated`, `checkpoint/io` */
  read(byteOffset: number, target: Uint8Array): void {
    this.#file.read(this.#place.offset + byteOffset, target);
    if (this.#place.checksum !== undefined) this.#add(byteOffset, target, this.#place.checksum);
  }

  #add(byteOffset: number, bytes: Uint8Array, checksum: number): void {
    if (byteOffset === 0) [this.#summed, this.#sum] = [0, 0];
    if (byteOffset !== this.#summed) {
      this.#summed = -1;
      return;
    }
    this.#sum = crc32(bytes, this.#sum);
    this.#summed += bytes.length;
    if (this.#summed !== this.#place.size || this.#sum === checksum) return;
    throw new StockpotError({
      code: 'checkpoint/wrong-checksum',
      what: 'The elements of a tensor are not those that were written: their checksum is wrong',
      where: this.#file.path,
      remedy: 'It was damaged while being written, copied or downloaded; get it again.',
    });
  }
}
