import { StockpotError } from '../errors.ts';

/** Names of tensors and texts that people keep beside them are far shorter. */
const LONGEST_STRING = 16 << 20;

/** 2¹⁰²⁴ is beyond any number that a checkpoint has a use for. */
const LONGEST_INTEGER_BYTES = 128;

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function malformedPickle(where: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-pickle',
    what: `The pickle is damaged: ${what}`,
    where,
    remedy: 'Get the file again, or save it again with torch.save.',
  });
}

/** Opcodes' arguments, read with every length checked against what is there. */
export class PickleReader {
  readonly where: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array, where: string) {
    this.where = where;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  /** A length of eight bytes; anything beyond the pickle's own is refused by whoever uses it. */
  length8(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** The one number that pickle writes big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
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
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw malformedPickle(this.where, 'it ends in the middle of a name');
    const text = this.text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  #skip(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw malformedPickle(this.where, 'it ends too early');
    this.#at = start + length;
    return start;
  }
}
