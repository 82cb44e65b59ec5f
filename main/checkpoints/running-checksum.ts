import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';

/**
 * The CRC-32 of bytes that are read from the first to the last, compared with what it should be at the end. Reading only parts of
 * them, or in another order, compares nothing: that would take reading more than was asked for.
 */
export class RunningChecksum {
  readonly #size: number;
  readonly #checksum: number;
  readonly #path: string;
  /** Bytes from the first on that `#sum` is the checksum of. */
  #summed = 0;
  #sum = 0;

  constructor(size: number, checksum: number, path: string) {
    this.#size = size;
    this.#checksum = checksum;
    this.#path = path;
  }

  /**
   * Takes note of what was read at `byteOffset`.
   * @throws StockpotError `checkpoint/wrong-checksum`
   */
  add(byteOffset: number, bytes: Uint8Array): void {
    if (byteOffset === 0) [this.#summed, this.#sum] = [0, 0];
    const end = byteOffset + bytes.length;
    if (byteOffset > this.#summed || end <= this.#summed) return;
    this.#sum = crc32(bytes.subarray(this.#summed - byteOffset), this.#sum);
    this.#summed = end;
    if (end !== this.#size || this.#sum === this.#checksum) return;
    throw new StockpotError({
      code: 'checkpoint/wrong-checksum',
      what: 'The elements of a tensor are not those that were written: their checksum is wrong',
      where: this.#path,
      remedy: 'It was damaged while being written, copied or downloaded; get it again.',
    });
  }
}
