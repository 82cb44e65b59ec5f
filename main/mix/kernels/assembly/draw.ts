/**
 * Numbers drawn by counting: the number of an element depends on two keys and its index alone, so it does not matter who computes it
 * or when. Two rounds of a 32-bit mixing function whose multipliers were found by search for the least bias.
 */

/** values[i] ·= scale where the number drawn for element `start + i` is below `threshold` of 2^32, and 0 elsewhere. */
export function keepDrawnSingles(
  values: usize,
  start: u32,
  elements: u32,
  key: u32,
  secondKey: u32,
  threshold: u32,
  scale: f32,
): void {
  const keys = i32x4.splat(key);
  const secondKeys = i32x4.splat(secondKey);
  const thresholds = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  const whole = elements & ~3;
  let index = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
  for (let i: u32 = 0; i < whole; i += 4) {
    const kept = i32x4.lt_u(drawFour(index, keys, secondKeys), thresholds);
    const place = values + (<usize>i << 2);
    v128.store(place, f32x4.mul(v128.load(place), v128.and(scales, kept)));
    index = i32x4.add(index, i32x4.splat(4));
  }
  for (let i: u32 = whole; i < elements; i++) {
    const place = values + (<usize>i << 2);
    store<f32>(place, load<f32>(place) * (draw(start + i, key, secondKey) < threshold ? scale : 0));
  }
}

export function keepDrawnDoubles(
  values: usize,
  start: u32,
  elements: u32,
  key: u32,
  secondKey: u32,
  threshold: u32,
  scale: f64,
): void {
  const keys = i32x4.splat(key);
  const secondKeys = i32x4.splat(secondKey);
  const thresholds = i32x4.splat(threshold);
  const scales = f64x2.splat(scale);
  const whole = elements & ~3;
  let index = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
  for (let i: u32 = 0; i < whole; i += 4) {
    const kept = i32x4.lt_u(drawFour(index, keys, secondKeys), thresholds);
    const place = values + (<usize>i << 3);
    v128.store(place, f64x2.mul(v128.load(place), v128.and(scales, i64x2.extend_low_i32x4_s(kept))));
    v128.store(place, f64x2.mul(v128.load(place, 16), v128.and(scales, i64x2.extend_high_i32x4_s(kept))), 16);
    index = i32x4.add(index, i32x4.splat(4));
  }
  for (let i: u32 = whole; i < elements; i++) {
    const place = values + (<usize>i << 3);
    store<f64>(place, load<f64>(place) * (draw(start + i, key, secondKey) < threshold ? scale : 0));
  }
}

/** The number of an element: 32 uniform bits. */
export function draw(index: u32, key: u32, secondKey: u32): u32 {
  return scramble(scramble(index ^ key) + secondKey);
}

@inline
function scramble(value: u32): u32 {
  let z = value;
  z = (z ^ (z >> 16)) * 0x21f0aaad;
  z = (z ^ (z >> 15)) * 0x735a2d97;
  return z ^ (z >> 15);
}

@inline
function drawFour(index: v128, keys: v128, secondKeys: v128): v128 {
  return scrambleFour(i32x4.add(scrambleFour(v128.xor(index, keys)), secondKeys));
}

@inline
function scrambleFour(value: v128): v128 {
  let z = value;
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 16)), i32x4.splat(0x21f0aaad));
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), i32x4.splat(0x735a2d97));
  return v128.xor(z, i32x4.shr_u(z, 15));
}
