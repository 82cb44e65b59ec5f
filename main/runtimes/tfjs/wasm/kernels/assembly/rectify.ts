/** dx = dy where y > 0, else 0; `count` f32 elements each. */
export function rectifyGradient(dy: usize, y: usize, dx: usize, count: i32): void {
  const bytes = <usize>count << 2;
  const whole = bytes & ~15;
  const zero = f32x4.splat(0);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    v128.store(dx + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zero)));
  }
  for (; at < bytes; at += 4) store<f32>(dx + at, load<f32>(y + at) > 0 ? load<f32>(dy + at) : 0);
}
