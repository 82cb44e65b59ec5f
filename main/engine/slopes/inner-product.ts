/**
 * Σ a[k] · b[k] in double precision, in an order that does not depend on the machine. Four sums side by side: an addition need not wait for
 * the one before.
 */
export function innerProduct(a: Float32Array, b: Float32Array | Float64Array, length: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    first += a[k]! * b[k]!;
    second += a[k + 1]! * b[k + 1]!;
    third += a[k + 2]! * b[k + 2]!;
    fourth += a[k + 3]! * b[k + 3]!;
  }
  for (; k < length; k++) first += a[k]! * b[k]!;
  return first + second + (third + fourth);
}
