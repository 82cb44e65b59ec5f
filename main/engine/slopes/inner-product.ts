/**
 * Σ a[start + k] · b[k] in double precision, in an order that does not depend on the machine. Four sums side by side: an addition need not
 * wait for the one before.
 */
export function innerProduct(a: Float32Array, start: number, b: Float32Array | Float64Array, length: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    const at = start + k;
    first += a[at]! * b[k]!;
    second += a[at + 1]! * b[k + 1]!;
    third += a[at + 2]! * b[k + 2]!;
    fourth += a[at + 3]! * b[k + 3]!;
  }
  for (; k < length; k++) first += a[start + k]! * b[k]!;
  return first + second + (third + fourth);
}
