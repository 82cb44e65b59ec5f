/**
 * The values of the 256 codes of an 8-bit floating-point type (Micikevicius et al., "FP8 Formats for Deep Learning", 2022,
 * table 1). E4M3 has no infinities and NaN only where all exponent and fraction bits are set; E5M2 follows IEEE 754.
 */
export function float8Values(dtype: 'F8_E4M3' | 'F8_E5M2'): Float32Array {
  const fractionBits = dtype === 'F8_E4M3' ? 3 : 2;
  return Float32Array.from({ length: 256 }, (_, code) => (code & 0x80 ? -1 : 1) * magnitude(code & 0x7f, fractionBits));
}

function magnitude(code: number, fractionBits: 2 | 3): number {
  const exponent = code >> fractionBits;
  const fraction = code & ((1 << fractionBits) - 1);
  const bias = fractionBits === 3 ? 7 : 15;
  if (fractionBits === 3 && code === 0x7f) return Number.NaN;
  if (fractionBits === 2 && exponent === 31) return fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  const unit = 2 ** (Math.max(exponent, 1) - bias - fractionBits);
  return (exponent === 0 ? fraction : fraction + (1 << fractionBits)) * unit;
}
