/**
 * Narrow floating-point formats, one number at a time, exact in both directions: IEEE 754 binary16, bfloat16 (its upper half of
 * binary32), and the two 8-bit formats of "FP8 Formats for Deep Learning" (Micikevicius et al., 2022, table 1). Narrowing rounds to
 * the nearest, ties to even.
 */
export interface NarrowFormat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  /** E4M3 has no infinities: all ones is NaN, and the rest of the highest exponent are numbers. */
  readonly hasInfinity: boolean;
}

export const F16: NarrowFormat = { exponentBits: 5, fractionBits: 10, hasInfinity: true };
export const BF16: NarrowFormat = { exponentBits: 8, fractionBits: 7, hasInfinity: true };
export const F8_E5M2: NarrowFormat = { exponentBits: 5, fractionBits: 2, hasInfinity: true };
export const F8_E4M3: NarrowFormat = { exponentBits: 4, fractionBits: 3, hasInfinity: false };

/** The number that `bits` stands for; NaN payloads are not kept. */
export function widen(bits: number, format: NarrowFormat): number {
  const { exponentBits, fractionBits, hasInfinity } = format;
  const highest = (1 << exponentBits) - 1;
  const bias = highest >> 1;
  const exponent = (bits >> fractionBits) & highest;
  const fraction = bits & ((1 << fractionBits) - 1);
  const sign = (bits >> (exponentBits + fractionBits)) & 1 ? -1 : 1;
  if (exponent === highest && hasInfinity) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === highest && fraction === (1 << fractionBits) - 1) return Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * ((1 << fractionBits) + fraction) * 2 ** (exponent - bias - fractionBits);
}

/** The bits of the number nearest to `value`. Beyond the largest: infinity, or the largest where there is none (as PyTorch 2.13). */
export function narrow(value: number, format: NarrowFormat): number {
  const { exponentBits, fractionBits, hasInfinity } = format;
  const highest = (1 << exponentBits) - 1;
  const bias = highest >> 1;
  const sign = value < 0 || Object.is(value, -0) ? 1 << (exponentBits + fractionBits) : 0;
  const infinity = highest << fractionBits;
  const notANumber = hasInfinity ? infinity | (1 << (fractionBits - 1)) : infinity | ((1 << fractionBits) - 1);
  if (Number.isNaN(value)) return notANumber;
  const magnitude = Math.abs(value);
  const beyond = hasInfinity ? infinity : notANumber - 1;
  if (magnitude === Number.POSITIVE_INFINITY) return sign | beyond;
  const exponent = Math.max(exponentOf(magnitude), 1 - bias);
  // In units of the last place: an integer after rounding. Dividing by a power of two is exact.
  const units = roundToEven(magnitude / 2 ** (exponent - fractionBits));
  // A carry out of the fraction lands in the exponent, which is what is wanted; below 2^fractionBits it is subnormal.
  const bits = (exponent + bias - 1) * 2 ** fractionBits + units;
  return sign | Math.min(bits, beyond);
}

const scratch = new DataView(new ArrayBuffer(8));

/** ⌊log₂ magnitude⌋; for subnormal doubles something below any narrow format's range. */
function exponentOf(magnitude: number): number {
  scratch.setFloat64(0, magnitude);
  return ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor;
  return floor + 1;
}
