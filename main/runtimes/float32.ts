import type { TensorValue } from '../checkpoints/checkpoint.ts';

/**
 * The elements of a floating-point tensor as F32: F16 and BF16 widened exactly, F64 rounded to nearest. F32 is passed on
 * without a copy where its alignment allows.
 * @returns undefined for element types that are not among these
 */
export function toFloat32({ dtype, bytes }: TensorValue): Float32Array | undefined {
  switch (dtype) {
    case 'F32':
      return new Float32Array(aligned(bytes, 4), offsetOf(bytes, 4), bytes.length / 4);
    case 'F64':
      return Float32Array.from(new Float64Array(aligned(bytes, 8), offsetOf(bytes, 8), bytes.length / 8));
    case 'BF16':
      return widen(bytes, (bits) => bits << 16);
    case 'F16':
      return widen(bytes, float16BitsToFloat32Bits);
    default:
      return undefined;
  }
}

function widen(bytes: Uint8Array, bitsOf: (bits: number) => number): Float32Array {
  const source = new Uint16Array(aligned(bytes, 2), offsetOf(bytes, 2), bytes.length / 2);
  const target = new Uint32Array(source.length);
  for (let i = 0; i < source.length; i++) target[i] = bitsOf(source[i]!);
  return new Float32Array(target.buffer);
}

/** IEEE 754 binary16 → binary32. */
function float16BitsToFloat32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: every one of them is a normal number in binary32.
  const leadingZeros = Math.clz32(fraction) - 21;
  return sign | ((113 - leadingZeros) << 23) | (((fraction << leadingZeros) & 0x3ff) << 13);
}

function isAligned(bytes: Uint8Array, size: number): boolean {
  return bytes.byteOffset % size === 0;
}

function aligned(bytes: Uint8Array, size: number): ArrayBufferLike {
  return isAligned(bytes, size) ? bytes.buffer : bytes.slice().buffer;
}

function offsetOf(bytes: Uint8Array, size: number): number {
  return isAligned(bytes, size) ? bytes.byteOffset : 0;
}
