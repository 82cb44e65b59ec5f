import type { DType } from '../../../checkpoints/checkpoint.ts';
import { StockpotError } from '../../../errors.ts';

/** Elements of a tensor's little-endian bytes as numbers; 64-bit integers beyond 2^53 lose their last bits. */
export function numbersOf(dtype: DType, bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = READERS[dtype];
  if (read === undefined) {
    throw new StockpotError({
      code: 'runtime/unsupported-dtype',
      what: `The tfjs runtime cannot compute with ${dtype} elements`,
      remedy: 'Use the onnx runtime, or merge the checkpoint with --dtype F32 first',
    });
  }
  const [size, get] = read;
  return Array.from({ length: bytes.byteLength / size }, (_, index) => get(view, index * size));
}

type Reader = readonly [size: number, get: (view: DataView, offset: number) => number];

const READERS: { readonly [Type in DType]?: Reader } = {
  BOOL: [1, (view, offset) => view.getUint8(offset)],
  U8: [1, (view, offset) => view.getUint8(offset)],
  I8: [1, (view, offset) => view.getInt8(offset)],
  U16: [2, (view, offset) => view.getUint16(offset, true)],
  I16: [2, (view, offset) => view.getInt16(offset, true)],
  U32: [4, (view, offset) => view.getUint32(offset, true)],
  I32: [4, (view, offset) => view.getInt32(offset, true)],
  U64: [8, (view, offset) => Number(view.getBigUint64(offset, true))],
  I64: [8, (view, offset) => Number(view.getBigInt64(offset, true))],
  F16: [2, (view, offset) => halfToNumber(view.getUint16(offset, true))],
  BF16: [2, (view, offset) => bfloatToNumber(view.getUint16(offset, true))],
  F32: [4, (view, offset) => view.getFloat32(offset, true)],
  F64: [8, (view, offset) => view.getFloat64(offset, true)],
};

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a binary32. */
function bfloatToNumber(bits: number): number {
  const scratch = new DataView(new ArrayBuffer(4));
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
