import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type DType, isFloating } from './checkpoint.ts';
import { BF16, F8_E4M3, F8_E5M2, F16, type NarrowFormat, narrow, widen } from './half.ts';

const NARROW: Partial<Readonly<Record<DType, NarrowFormat>>> = { F16, BF16, F8_E4M3, F8_E5M2 };

const widened = new Map<NarrowFormat, Float32Array>();

/** All values of a narrow format by their bits. */
function tableOf(format: NarrowFormat): Float32Array {
  const known = widened.get(format);
  if (known !== undefined) return known;
  const size = 2 ** (1 + format.exponentBits + format.fractionBits);
  const table = Float32Array.from({ length: size }, (_, bits) => widen(bits, format));
  widened.set(format, table);
  return table;
}

/**
 * Elements as doubles: exact for every type but U64 and I64 beyond 2⁵³. Booleans are 0 and 1.
 * @param bytes contiguous, little-endian, a whole number of elements
 */
export function toFloat64(dtype: DType, bytes: Uint8Array): Float64Array {
  const elements = viewOf(dtype, bytes);
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array)
    return Float64Array.from(elements, Number);
  const table = tableFor(dtype);
  if (table === undefined) return new Float64Array(elements);
  return Float64Array.from(elements, (bits) => table[bits]!);
}

/**
 * Elements as single-precision numbers: exact but for F64 and integers wider than 24 bits, which are rounded to the nearest.
 * @param bytes contiguous, little-endian, a whole number of elements
 */
export function toFloat32(dtype: DType, bytes: Uint8Array): Float32Array {
  const elements = viewOf(dtype, bytes);
  if (elements instanceof Float32Array) return elements.slice();
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array)
    return Float32Array.from(elements, Number);
  const table = tableFor(dtype);
  if (table === undefined) return new Float32Array(elements);
  const result = new Float32Array(elements.length);
  for (let index = 0; index < result.length; index += 1) result[index] = table[elements[index]!]!;
  return result;
}

/**
 * Numbers as elements of a floating-point type, each rounded once, to the nearest, ties to even.
 * @returns contiguous little-endian bytes
 * @throws StockpotError `checkpoint/not-floating`
 */
export function fromFloats(dtype: DType, values: ArrayLike<number>): Uint8Array {
  if (!isFloating(dtype)) {
    throw new StockpotError({
      code: 'checkpoint/not-floating',
      kind: 'failure',
      what: `${dtype} holds no floating-point numbers`,
    });
  }
  if (dtype === 'F64') return bytesOf(Float64Array.from(values));
  if (dtype === 'F32') return bytesOf(Float32Array.from(values));
  const format = NARROW[dtype]!;
  const bytes = new Uint8Array(values.length * BYTES_PER_ELEMENT[dtype]);
  const elements = BYTES_PER_ELEMENT[dtype] === 1 ? bytes : new Uint16Array(bytes.buffer);
  for (let index = 0; index < values.length; index += 1) elements[index] = narrow(values[index]!, format);
  return bytes;
}

function tableFor(dtype: DType): Float32Array | undefined {
  const format = NARROW[dtype];
  return format === undefined ? undefined : tableOf(format);
}

function bytesOf(elements: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}

type Elements =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

/** The elements without conversion: narrow floating-point types as their bits. Copies only where the bytes are not aligned. */
function viewOf(dtype: DType, bytes: Uint8Array): Elements {
  const width = BYTES_PER_ELEMENT[dtype];
  // A Buffer's own `slice` would be another view of the same bytes.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  const [buffer, offset, length] = [aligned.buffer, aligned.byteOffset, aligned.byteLength / width] as const;
  switch (dtype) {
    case 'BOOL':
    case 'U8':
    case 'F8_E4M3':
    case 'F8_E5M2':
      return new Uint8Array(buffer, offset, length);
    case 'I8':
      return new Int8Array(buffer, offset, length);
    case 'U16':
    case 'F16':
    case 'BF16':
      return new Uint16Array(buffer, offset, length);
    case 'I16':
      return new Int16Array(buffer, offset, length);
    case 'U32':
      return new Uint32Array(buffer, offset, length);
    case 'I32':
      return new Int32Array(buffer, offset, length);
    case 'F32':
      return new Float32Array(buffer, offset, length);
    case 'F64':
      return new Float64Array(buffer, offset, length);
    case 'U64':
      return new BigUint64Array(buffer, offset, length);
    case 'I64':
      return new BigInt64Array(buffer, offset, length);
  }
}
