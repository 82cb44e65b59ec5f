import { BYTES_PER_ELEMENT, type DType } from './checkpoint.ts';
import type { Pieces } from './forward-reader.ts';
import { ONNX_TYPES, TYPED_FIELDS } from './onnx-types.ts';
import { type Span, VARINT, type WireField, type WireReader } from './protobuf-wire.ts';
import type { SourceFile } from './source-file.ts';

/** Numbers of TensorProto's fields (onnx.proto). */
const DIMS = 1;
const DATA_TYPE = 2;
const SEGMENT = 3;
const NAME = 8;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

const EXTERNAL = 1n;
const FLOAT_DATA = 4;
const DOUBLE_DATA = 10;

const LONGEST_NAME = 1 << 16;
const MOST_DIMENSIONS = 64;
const MOST_EXTERNAL_ENTRIES = 16;
/** Elements that are not packed take one part each; programs pack them. */
const MOST_PARTS = 1 << 16;
const CHUNK_BYTES = 64 << 10;

/** Elements of one of the typed fields. */
interface TypedPart extends Span {
  readonly field: number;
  readonly type: number;
}

/** A TensorProto as it stands in the file, unchecked. */
export interface TensorFacts {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly raw: Span | undefined;
  readonly parts: readonly TypedPart[];
  /** Of external data: `location`, `offset`, `length`, … */
  readonly external: ReadonlyMap<string, string> | undefined;
}

/** @throws StockpotError `checkpoint/malformed-protobuf`, `checkpoint/truncated`, `checkpoint/io` */
export function readTensorFacts(wire: WireReader, message: Span): TensorFacts {
  const shape: number[] = [];
  const parts: TypedPart[] = [];
  const external = new Map<string, string>();
  let [name, type, raw, isExternal]: [string, number, Span | undefined, boolean] = ['', 0, undefined, false];
  for (const field of wire.fields(message)) {
    if (field.number === DIMS) readSizes(wire, field, shape);
    else if (field.number === DATA_TYPE) type = Number(BigInt.asIntN(32, field.value));
    else if (field.number === NAME) name = wire.text(field, LONGEST_NAME);
    else if (field.number === RAW_DATA && raw !== undefined) throw wire.malformed('a tensor has its data twice');
    else if (field.number === RAW_DATA) raw = { offset: field.offset, length: field.length };
    else if (field.number === EXTERNAL_DATA) readEntry(wire, field, external);
    else if (field.number === DATA_LOCATION) isExternal = field.value === EXTERNAL;
    else if (field.number === SEGMENT) throw wire.malformed('a tensor is a segment of another');
    else if (TYPED_FIELDS.includes(field.number))
      parts.push({ field: field.number, type: field.type, offset: field.offset, length: field.length });
    if (parts.length > MOST_PARTS) throw wire.malformed('the elements of a tensor are not packed');
  }
  return { name, type, shape, raw, parts, external: isExternal ? external : undefined };
}

/** A StringStringEntryProto. */
export function readTexts(wire: WireReader, message: Span, longest: number): readonly [key: string, value: string] {
  let [key, value] = ['', ''];
  for (const field of wire.fields(message)) {
    if (field.number === 1) key = wire.text(field, longest);
    else if (field.number === 2) value = wire.text(field, longest);
  }
  return [key, value];
}

function readEntry(wire: WireReader, field: WireField, external: Map<string, string>): void {
  external.set(...readTexts(wire, field, LONGEST_NAME));
  if (external.size > MOST_EXTERNAL_ENTRIES) throw wire.malformed('a tensor says too much about its external data');
}

function readSizes(wire: WireReader, field: WireField, shape: number[]): void {
  const end = field.offset + field.length;
  for (let at = field.offset; at < end; ) {
    const { value, next } = wire.varint(at, end);
    // Negative sizes are huge when read as positive.
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw wire.malformed('a tensor has a size that is none');
    if (shape.length === MOST_DIMENSIONS) throw wire.malformed(`a tensor has more than ${MOST_DIMENSIONS} dimensions`);
    shape.push(Number(value));
    at = next;
  }
}

/**
 * How many elements the typed fields hold. Looks at every byte of numbers of varying length.
 * @throws StockpotError `checkpoint/malformed-protobuf`
 */
export function countTyped(wire: WireReader, parts: readonly TypedPart[], dtype: DType): number {
  const { field } = ONNX_TYPES[dtype];
  let count = 0;
  for (const part of parts) {
    if (part.field !== field) throw wire.malformed('a tensor has its elements in a field for another type');
    const width = widthOfField(field);
    if (width === undefined) count += countVarints(wire.file, part);
    else if (part.type === VARINT || part.length % width !== 0) throw wire.malformed('a tensor ends within an element');
    else count += part.length / width;
  }
  return count;
}

/** Bytes of an element on the wire; undefined where that varies. */
function widthOfField(field: number): 4 | 8 | undefined {
  if (field === FLOAT_DATA) return 4;
  return field === DOUBLE_DATA ? 8 : undefined;
}

function countVarints(file: SourceFile, part: TypedPart): number {
  let count = 0;
  for (const chunk of chunks(file, part)) for (const byte of chunk) if (byte < 0x80) count += 1;
  return count;
}

/** The one part of the file that holds a tensor's elements as they are, if there is one. */
export function plainPart(parts: readonly TypedPart[], dtype: DType): Span | undefined {
  return parts.length === 1 && widthOfField(ONNX_TYPES[dtype].field) !== undefined ? parts[0] : undefined;
}

/** The elements of typed fields as contiguous little-endian bytes. */
export function* decodeTyped(wire: WireReader, parts: readonly TypedPart[], dtype: DType): Pieces {
  const isPlain = widthOfField(ONNX_TYPES[dtype].field) !== undefined;
  for (const part of parts) {
    if (isPlain) yield* chunks(wire.file, part);
    else yield* decodeVarints(wire, part, BYTES_PER_ELEMENT[dtype]);
  }
}

/** The low bytes of each number: narrower types stand in wider ones, and half-precision floats as their bits. */
function* decodeVarints(wire: WireReader, part: TypedPart, width: number): Pieces {
  let [low, high, shift] = [0, 0, 0];
  for (const chunk of chunks(wire.file, part)) {
    const elements = new Uint8Array((chunk.length + 1) * width);
    const value = new DataView(new ArrayBuffer(8));
    const valueBytes = new Uint8Array(value.buffer, 0, width);
    let at = 0;
    for (const byte of chunk) {
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift > 24) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
      shift += 7;
      if (byte >= 0x80 && shift >= 70) throw wire.malformed('a number has no end');
      if (byte >= 0x80) continue;
      value.setUint32(0, low, true);
      value.setUint32(4, high, true);
      elements.set(valueBytes, at);
      at += width;
      [low, high, shift] = [0, 0, 0];
    }
    if (at > 0) yield elements.subarray(0, at);
  }
}

function* chunks(file: SourceFile, { offset, length }: Span): Pieces {
  for (let at = 0; at < length; at += CHUNK_BYTES) {
    yield file.bytes(offset + at, Math.min(CHUNK_BYTES, length - at));
  }
}
