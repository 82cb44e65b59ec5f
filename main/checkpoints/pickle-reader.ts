import { StockpotError } from '../errors.ts';
import { type SourceFile, truncated } from './source-file.ts';

/** The descriptions of a hundred thousand tensors take a fifth of this. */
export const LARGEST_PICKLE = 100 << 20;

/** Names of tensors and texts that people keep beside them are far shorter. */
const LONGEST_STRING = 16 << 20;

/** Of a module, class or function. */
const LONGEST_LINE = 64 << 10;

/** 2¹⁰²⁴ is beyond any number that a checkpoint has a use for. */
const LONGEST_INTEGER_BYTES = 128;

/** Read at first of a pickle whose length nothing tells. */
const FIRST_WINDOW = 4 << 10;

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function malformedPickle(where: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-pickle',
    what: `The pickle is damaged: ${what}`,
    where,
    remedy: 'Get the file again, or save it again with torch.save.',
  });
}

/** Where a pickle that ends nobody knows where is read from. */
interface Stream {
  readonly file: SourceFile;
  readonly start: number;
  /** Most bytes that it can have. */
  readonly limit: number;
}

/** Opcodes' arguments, read with every length checked against what is there. */
export class PickleReader {
  readonly where: string;
  readonly #stream: Stream | undefined;
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  private constructor(where: string, bytes: Uint8Array, stream?: Stream) {
    this.where = where;
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#stream = stream;
  }

  /** @throws StockpotError `checkpoint/malformed-pickle` when it is unreasonably large */
  static of(bytes: Uint8Array, where: string): PickleReader {
    if (bytes.length > LARGEST_PICKLE) throw malformedPickle(where, `it has ${bytes.length} bytes`);
    return new PickleReader(where, bytes);
  }

  /**
   * A pickle that begins at `start` of a file and ends somewhere before `end`, with other things behind it: little more of the file is
   * read than it takes.
   */
  static inFile(file: SourceFile, start: number, end: number = file.size): PickleReader {
    return new PickleReader(file.path, new Uint8Array(0), { file, start, limit: end - start });
  }

  /** Bytes read so far; behind the last opcode, the pickle's length. */
  get position(): number {
    return this.#at;
  }

  uint8(): number {
    const at = this.#skip(1);
    return this.#view.getUint8(at);
  }

  uint16(): number {
    const at = this.#skip(2);
    return this.#view.getUint16(at, true);
  }

  uint32(): number {
    const at = this.#skip(4);
    return this.#view.getUint32(at, true);
  }

  int32(): number {
    const at = this.#skip(4);
    return this.#view.getInt32(at, true);
  }

  /** A length of eight bytes; anything beyond the pickle's own is refused by whoever uses it. */
  length8(): number {
    const at = this.#skip(8);
    return Number(this.#view.getBigUint64(at, true));
  }

  /** The one number that pickle writes big-endian. */
  float64(): number {
    const at = this.#skip(8);
    return this.#view.getFloat64(at, false);
  }

  /** Two's complement, little-endian, of any length; a number where that is exact. */
  integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER_BYTES) throw malformedPickle(this.where, `an integer has ${length} bytes`);
    const bytes = this.bytes(length);
    let value = 0n;
    for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(length * 8, value);
    const narrow = Number(signed);
    return Number.isSafeInteger(narrow) ? narrow : signed;
  }

  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    if (length > LONGEST_STRING) throw malformedPickle(this.where, `a string has ${length} bytes`);
    try {
      return UTF_8.decode(this.bytes(length));
    } catch (thrown) {
      if (thrown instanceof StockpotError) throw thrown;
      throw malformedPickle(this.where, 'a string is not UTF-8');
    }
  }

  /** A string of Python 2, whose encoding nobody wrote down. */
  latin1(length: number): string {
    if (length > LONGEST_STRING) throw malformedPickle(this.where, `a string has ${length} bytes`);
    return Buffer.from(this.bytes(length)).toString('latin1');
  }

  /** Up to the next line feed. */
  line(): string {
    let length = 0;
    while (this.#byteAhead(length) !== 0x0a) {
      length += 1;
      if (length > LONGEST_LINE) throw malformedPickle(this.where, `a name has more than ${LONGEST_LINE} bytes`);
    }
    const text = this.text(length);
    this.#skip(1);
    return text;
  }

  #byteAhead(distance: number): number {
    if (this.#at + distance >= this.#bytes.length) this.#load(this.#at + distance + 1);
    return this.#bytes[this.#at + distance]!;
  }

  #skip(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) this.#load(start + length);
    this.#at = start + length;
    return start;
  }

  /** Makes sure that the first `length` bytes are there. */
  #load(length: number): void {
    if (this.#stream === undefined) throw malformedPickle(this.where, 'it ends too early');
    const { file, start, limit } = this.#stream;
    if (length > limit) throw truncated(file.path, 'it ends within a pickle');
    if (length > LARGEST_PICKLE) throw malformedPickle(this.where, `it has more than ${LARGEST_PICKLE} bytes`);
    const wanted = Math.max(length, FIRST_WINDOW, 2 * this.#bytes.length);
    this.#bytes = file.bytes(start, Math.min(wanted, limit));
    this.#view = viewOf(this.#bytes);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
