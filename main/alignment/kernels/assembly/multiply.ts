/** Rows of A and of B in a panel. */
const WIDTH: usize = 4;
/** Rows of A whose panels stay in the processor's second-level cache while the panels of B go by. */
const BLOCK: usize = 128;

/**
 * C += A · Bᵀ in double precision. `a` and `b` hold panels of four rows: for each place along `depth`, four numbers. `c` is
 * [rows, columns], row-major; both are multiples of four. Products are added in the order of `depth`, whatever the blocks.
 */
export function multiplyPanels(a: usize, b: usize, c: usize, rows: usize, columns: usize, depth: usize): void {
  const panel = (WIDTH * depth) << 3;
  const stride = columns << 3;
  for (let block: usize = 0; block < rows; block += BLOCK) {
    const end = min(rows, block + BLOCK);
    for (let column: usize = 0; column < columns; column += WIDTH) {
      const fromB = b + (column / WIDTH) * panel;
      for (let row = block; row < end; row += WIDTH) {
        multiplyTile(a + (row / WIDTH) * panel, fromB, c + row * stride + (column << 3), stride, panel);
      }
    }
  }
}

/** Four rows by four columns: eight sums of two numbers each stay in registers. */
@inline
function multiplyTile(a: usize, b: usize, c: usize, stride: usize, bytes: usize): void {
  const c1 = c + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  const end = a + bytes;
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    s00 = f64x2.add(s00, f64x2.mul(a0, b0));
    s01 = f64x2.add(s01, f64x2.mul(a0, b1));
    const a1 = v128.load64_splat(a, 8);
    s10 = f64x2.add(s10, f64x2.mul(a1, b0));
    s11 = f64x2.add(s11, f64x2.mul(a1, b1));
    const a2 = v128.load64_splat(a, 16);
    s20 = f64x2.add(s20, f64x2.mul(a2, b0));
    s21 = f64x2.add(s21, f64x2.mul(a2, b1));
    const a3 = v128.load64_splat(a, 24);
    s30 = f64x2.add(s30, f64x2.mul(a3, b0));
    s31 = f64x2.add(s31, f64x2.mul(a3, b1));
    a += 32;
    b += 32;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}
