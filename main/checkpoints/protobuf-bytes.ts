/** Protobuf messages in memory, field by field (https://protobuf.dev/programming-guides/encoding/). */

export interface ByteField {
  readonly number: number;
  /** Of a varint; zero otherwise. */
  readonly value: bigint;
  /** What the field holds. */
  readonly payload: Uint8Array;
  /** The field with its tag and length. */
  readonly whole: Uint8Array;
}

/**
 * A message's fields, in order.
 * @throws RangeError when the bytes are no message
 */
export function* fieldsOf(message: Uint8Array): Generator<ByteField, void> {
  for (let at = 0; at < message.length; ) {
    const start = at;
    const tag = readVarint(message, at);
    const type = Number(tag.value & 7n);
    let [begin, length, value] = [tag.next, 0, 0n];
    if (type === 0 || type === 2) {
      const read = readVarint(message, begin);
      if (type === 0) [length, value] = [read.next - begin, read.value];
      else [begin, length] = [read.next, Number(read.value)];
    } else if (type === 1 || type === 5) length = type === 1 ? 8 : 4;
    else throw new RangeError(`Fields of the kind ${type} are unknown`);
    at = begin + length;
    if (at > message.length) throw new RangeError('A field goes on beyond its message');
    yield {
      number: Number(tag.value >> 3n),
      value,
      payload: message.subarray(begin, at),
      whole: message.subarray(start, at),
    };
  }
}

/** The numbers of a repeated field of varints, packed or not. */
export function varintsOf(payload: Uint8Array): readonly bigint[] {
  const values: bigint[] = [];
  for (let at = 0; at < payload.length; ) {
    const { value, next } = readVarint(payload, at);
    values.push(value);
    at = next;
  }
  return values;
}

export function varintField(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

export function bytesField(number: number, payload: Uint8Array | string): Uint8Array {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return Buffer.concat([bytesFieldStart(number, bytes.length), bytes]);
}

/** What stands before a field's payload. */
export function bytesFieldStart(number: number, length: number): Uint8Array {
  return Buffer.concat([varint(number * 8 + 2), varint(length)]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

function readVarint(bytes: Uint8Array, at: number): { readonly value: bigint; readonly next: number } {
  let value = 0n;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new RangeError('A number has no end');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  throw new RangeError('A number has no end');
}
