/**
 * Inner products of every two of `count` rows of doubles, `stride` bytes apart, `length` numbers each; `length` is a multiple of two.
 * Row a with row b, for b ≤ a, goes to `result` + 8 · (a · count + b). Two by two rows at a time: a number read serves twice.
 */
export function innerProducts(rows: usize, count: u32, stride: u32, length: u32, result: usize): void {
  const last = count - 1;
  const bytes = <usize>length << 3;
  for (let a: u32 = 0; a < count; a += 2) {
    const nextA = min(a + 1, last);
    const a0 = rows + <usize>a * stride;
    const a1 = rows + <usize>nextA * stride;
    for (let b: u32 = 0; b <= a; b += 2) {
      const nextB = min(b + 1, last);
      const b0 = rows + <usize>b * stride;
      const b1 = rows + <usize>nextB * stride;
      let first = f64x2.splat(0);
      let second = f64x2.splat(0);
      let third = f64x2.splat(0);
      let fourth = f64x2.splat(0);
      for (let at: usize = 0; at < bytes; at += 16) {
        const fromA0 = v128.load(a0 + at);
        const fromA1 = v128.load(a1 + at);
        const fromB0 = v128.load(b0 + at);
        const fromB1 = v128.load(b1 + at);
        first = f64x2.add(first, f64x2.mul(fromA0, fromB0));
        second = f64x2.add(second, f64x2.mul(fromA0, fromB1));
        third = f64x2.add(third, f64x2.mul(fromA1, fromB0));
        fourth = f64x2.add(fourth, f64x2.mul(fromA1, fromB1));
      }
      // Where a row is its own neighbour, the same product is written twice.
      place(result, a, b, count, first);
      place(result, a, nextB, count, second);
      place(result, nextA, b, count, third);
      place(result, nextA, nextB, count, fourth);
    }
  }
}

@inline
function place(result: usize, a: u32, b: u32, count: u32, halves: v128): void {
  const sum = f64x2.extract_lane(halves, 0) + f64x2.extract_lane(halves, 1);
  store<f64>(result + (<usize>(a * count + b) << 3), sum);
}
