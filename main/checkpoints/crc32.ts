/** The reversed polynomial of ISO 3309, which zip and gzip use. */
const POLYNOMIAL = 0xedb88320;

/** The polynomial 1; coefficients are reversed, so that x⁰ is the highest bit. */
const ONE = 0x80000000;

/** x⁸, by which a checksum moves when a zero byte follows. */
const BYTE = 0x00800000;

/**
 * The CRC-32 of two pieces one after the other, from their checksums alone. A checksum is a remainder modulo the polynomial: the first
 * piece's is moved by as many zero bits as the second piece has, and the second's is added (Ross N. Williams, "A painless guide to CRC
 * error detection algorithms", 1993; powers by repeated squaring).
 * @param length of the second piece in bytes
 */
export function joinedCrc32(first: number, second: number, length: number): number {
  return (multiply(first, power(BYTE, length)) ^ second) >>> 0;
}

function power(base: number, exponent: number): number {
  let result = ONE;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** The product of two polynomials over the field of two elements, modulo the polynomial. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 31; bit >= 0; bit -= 1) {
    if (((a >>> bit) & 1) === 1) product ^= shifted;
    shifted = (shifted & 1) === 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
