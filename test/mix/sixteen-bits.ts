/** The value of every code, computed from the definition of a binary floating-point type with a sign and 16 bits. */
function valuesOf(fractionBits: number): Float64Array {
  const bias = 2 ** (14 - fractionBits) - 1;
  return Float64Array.from({ length: 65536 }, (_, code) => {
    const sign = code & 0x8000 ? -1 : 1;
    const exponent = (code & 0x7fff) >> fractionBits;
    const fraction = (code & (2 ** fractionBits - 1)) / 2 ** fractionBits;
    if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
  });
}

export const valuesOfHalfs = (): Float64Array => valuesOf(10);
export const valuesOfBrains = (): Float64Array => valuesOf(7);

/** The code of the value in `table` that is nearest, ties to the even code; what lies beyond the largest is infinite. */
export function roundToTable(value: number, table: Float64Array): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  let low = 0;
  let infinity = 0x7fff;
  while (table[infinity] !== Number.POSITIVE_INFINITY) infinity--;
  let high = infinity;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle]! <= magnitude) low = middle;
    else high = middle;
  }
  if (table[high]! <= magnitude) return sign | high;
  // For rounding, infinity stands where the next value would be.
  const above = high === infinity ? 2 * table[low]! - table[low - 1]! : table[high]!;
  const toLow = magnitude - table[low]!;
  const toHigh = above - magnitude;
  if (toLow < toHigh || (toLow === toHigh && low % 2 === 0)) return sign | low;
  return sign | high;
}
