import { malformedHdf5 } from './errors.ts';
import type { Hdf5Source } from './source.ts';

const SIGNATURE = Buffer.from('GCOL', 'latin1');
const VERSION = 1;

/** Signature, version, three bytes of nothing, and the collection's size, at most 8 bytes. */
const COLLECTION_HEADER = 16;

/** Number, references, four bytes of nothing, and the object's size, at most 8 bytes. */
const OBJECT_HEADER = 16;

/** The library allows none smaller. */
const SMALLEST_COLLECTION = 4096;

/** All objects of all collections that the library looks at. Only texts of attributes and the parts of virtual datasets are among them. */
const MOST_OBJECTS = 1_000_000;

const SUPERBLOCK = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/**
 * Looks at collections of the global heap before the library does. The library goes from object to object by the sizes they claim and
 * does not notice when that takes it nowhere, as with free space of size 0, or back: it would never end.
 */
export class GlobalHeaps {
  readonly #source: Hdf5Source;
  readonly #examined = new Set<number>();
  #lengthBytes: number | undefined;
  #objects = 0;

  constructor(source: Hdf5Source) {
    this.#source = source;
  }

  /**
   * @param position where in the source `bytes` begin
   * @throws StockpotError `checkpoint/malformed-hdf5` when a collection begins in `bytes` that the library would not get out of
   */
  examine(position: number, bytes: Uint8Array): void {
    // The library reads what it does not have yet, so that a signature may come in two reads.
    const before = Math.min(position, SIGNATURE.length - 1);
    const window = Buffer.concat([this.#bytes(position - before, before), bytes]);
    for (let at = window.indexOf(SIGNATURE); at >= 0; at = window.indexOf(SIGNATURE, at + 1)) {
      const collection = position - before + at;
      // Beyond the source's end is what the library itself has written.
      if (collection >= this.#source.size || this.#examined.has(collection)) continue;
      this.#walk(collection);
      this.#examined.add(collection);
    }
  }

  #walk(collection: number): void {
    const header = this.#bytes(collection, COLLECTION_HEADER);
    if (header[4] !== VERSION) return;
    const size = this.#length(header);
    // These the library refuses itself.
    if (Number(BigInt.asUintN(32, size)) < SMALLEST_COLLECTION) return;
    const end = BigInt(collection) + size;
    if (end > BigInt(this.#source.size)) throw this.#refusal(collection, 'it runs past the end of the file');
    let at = collection + COLLECTION_HEADER;
    while (at + OBJECT_HEADER <= end) {
      this.#objects += 1;
      if (this.#objects > MOST_OBJECTS) throw this.#refusal(collection, `there are over ${MOST_OBJECTS} objects`);
      const object = this.#bytes(at, OBJECT_HEADER);
      const claimed = this.#length(object);
      const isFree = object.readUInt16LE(0) === 0;
      // Free space counts its header, and no other object does; others take a multiple of 8 bytes.
      const taken = isFree ? claimed : BigInt(OBJECT_HEADER) + ((claimed + 7n) & ~7n);
      if (taken === 0n) throw this.#refusal(collection, 'free space in it has no size');
      if (BigInt(at) + taken > end) throw this.#refusal(collection, 'an object in it is larger than it');
      at += Number(taken);
    }
  }

  /** The number at byte 8 of a header, as long as the file's lengths are. */
  #length(header: Buffer): bigint {
    this.#lengthBytes ??= this.#findLengthBytes();
    switch (this.#lengthBytes) {
      case 2:
        return BigInt(header.readUInt16LE(8));
      case 4:
        return BigInt(header.readUInt32LE(8));
      case 8:
        return header.readBigUInt64LE(8);
      default:
        throw malformedHdf5(this.#source.path, `its lengths have ${this.#lengthBytes} bytes each`);
    }
  }

  /** The file's own header is at its begin, or at byte 512 or any doubling of that. */
  #findLengthBytes(): number {
    for (let at = 0; at < this.#source.size; at = at === 0 ? 512 : at * 2) {
      const header = this.#bytes(at, 16);
      if (header.subarray(0, SUPERBLOCK.length).equals(SUPERBLOCK)) return header[8]! < 2 ? header[14]! : header[10]!;
    }
    throw malformedHdf5(this.#source.path, 'its header is missing');
  }

  /** Zeros where the source has ended. */
  #bytes(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const there = Math.max(0, Math.min(length, this.#source.size - position));
    if (there > 0) this.#source.read(position, bytes.subarray(0, there));
    return bytes;
  }

  #refusal(collection: number, what: string): Error {
    return malformedHdf5(this.#source.path, `the heap at byte ${collection} cannot be read, as ${what}`);
  }
}
