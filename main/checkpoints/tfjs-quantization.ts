import type { Quantization } from './tfjs-manifest.ts';

export const QUANTIZED_BYTES: Readonly<Record<Quantization['dtype'], number>> = { uint8: 1, uint16: 2, float16: 2 };

const LITTLE_ENDIAN = true;

/**
 * Quantized numbers as 4-byte ones, in the arithmetic of tfjs-core's `io.decodeWeights`: multiplied and added in double precision, then
 * rounded once.
 * @param packed a whole number of elements
 * @param target as many elements of 4 bytes
 */
export function dequantize(
  packed: Uint8Array,
  quantization: Quantization,
  dtype: 'F32' | 'I32',
  target: Uint8Array,
): void {
  const source = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const result = new DataView(target.buffer, target.byteOffset, target.byteLength);
  const size = QUANTIZED_BYTES[quantization.dtype];
  for (let at = 0; at * size < packed.length; at += 1) {
    const value = size === 1 ? packed[at]! : source.getUint16(at * size, LITTLE_ENDIAN);
    if (quantization.dtype === 'float16') result.setUint32(at * 4, widenHalf(value), LITTLE_ENDIAN);
    else {
      const number = value * quantization.scale + quantization.min;
      if (dtype === 'F32') result.setFloat32(at * 4, number, LITTLE_ENDIAN);
      else result.setInt32(at * 4, Math.round(number), LITTLE_ENDIAN);
    }
  }
}

/** Bits of binary32 for those of binary16, NaN's payload included (IEEE 754-2019, 3.4). */
function widenHalf(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return (sign | 0x7f800000 | (fraction << 13)) >>> 0;
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  // Subnormal: its highest bit becomes the one that is not written.
  const shift = Math.clz32(fraction) - 21;
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0;
}
