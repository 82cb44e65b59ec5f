import { StockpotError } from '../errors.ts';
import { type SourceFile, truncated } from './source-file.ts';

/** Part of a file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export const VARINT = 0;
const FIXED_64 = 1;
export const BYTES = 2;
const FIXED_32 = 5;

/** One field of a message: its payload's place, and its value where that is a varint. */
export interface WireField extends Span {
  readonly number: number;
  readonly type: number;
  readonly value: bigint;
}

const WINDOW_BYTES = 16 << 10;
const LONGEST_VARINT = 10;

/**
 * Walks protobuf messages in a file (https://protobuf.dev/programming-guides/encoding/) without holding them: fields are found one after the
 * other, and their contents are skipped unless they are asked for.
 */
export class WireReader {
  readonly #file: SourceFile;
  #window = new Uint8Array();
  #windowStart = 0;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  get file(): SourceFile {
    return this.#file;
  }

  /** @throws StockpotError `checkpoint/malformed-protobuf`, `checkpoint/truncated`, `checkpoint/io` */
  *fields(message: Span): Generator<WireField, void> {
    const end = message.offset + message.length;
    let at = message.offset;
    while (at < end) {
      const tag = this.varint(at, end);
      const [number, type] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
      if (number < 1 || number >= 2 ** 29) throw this.malformed(`a field has the number ${number}`);
      const field = this.#field(number, type, tag.next, end);
      yield field;
      at = field.offset + field.length;
    }
  }

  /** A varint and where it ends. */
  varint(at: number, end: number): { readonly value: bigint; readonly next: number } {
    let value = 0n;
    for (let index = 0; index < LONGEST_VARINT; index += 1) {
      if (at + index >= end) throw this.#beyond(end);
      const byte = this.#byte(at + index);
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: at + index + 1 };
    }
    throw this.malformed('a number has no end');
  }

  /** @param longest in bytes; texts of a hostile file must not fill memory */
  text({ offset, length }: Span, longest: number): string {
    if (length > longest) throw this.malformed(`a text has ${length} bytes`);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#file.bytes(offset, length));
    } catch (thrown) {
      if (thrown instanceof StockpotError) throw thrown;
      throw this.malformed('a text is not UTF-8');
    }
  }

  malformed(what: string): StockpotError {
    return new StockpotError({
      code: 'checkpoint/malformed-protobuf',
      what: `The file is garbled: ${what}`,
      where: this.#file.path,
      remedy: 'Get the file again, or export it again.',
    });
  }

  #field(number: number, type: number, at: number, end: number): WireField {
    const field = this.#sized(number, type, at, end);
    if (field.offset + field.length > end) throw this.#beyond(end);
    return field;
  }

  #sized(number: number, type: number, at: number, end: number): WireField {
    if (type === FIXED_64) return { number, type, offset: at, length: 8, value: 0n };
    if (type === FIXED_32) return { number, type, offset: at, length: 4, value: 0n };
    if (type !== VARINT && type !== BYTES) throw this.malformed(`a field is of the unknown kind ${type}`);
    const { value, next } = this.varint(at, end);
    if (type === VARINT) return { number, type, offset: at, length: next - at, value };
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.malformed('a field is longer than any file');
    return { number, type, offset: next, length: Number(value), value: 0n };
  }

  /** Beyond the file, or beyond the message that something lies in. */
  #beyond(end: number): StockpotError {
    if (end === this.#file.size) return truncated(this.#file.path, 'its last message goes on beyond the end');
    return this.malformed('a field goes on beyond its message');
  }

  #byte(at: number): number {
    const index = at - this.#windowStart;
    if (index >= 0 && index < this.#window.length) return this.#window[index]!;
    this.#windowStart = at;
    this.#window = this.#file.bytes(at, Math.min(WINDOW_BYTES, this.#file.size - at));
    return this.#window[0]!;
  }
}
