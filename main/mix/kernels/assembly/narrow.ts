/** f64 to f32, to the nearest, ties to even. */
export function doublesToSingles(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at += 2) {
    const single = f32x4.demote_f64x2_zero(v128.load(source + (at << 3)));
    v128.store64_lane(target + (at << 2), single, 0);
  }
}

/** f64 to IEEE 754 binary16 in one rounding, to the nearest, ties to even; NaN becomes 0x7e00. */
export function doublesToHalfs(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at += 8) {
    const low = halfBits(oddSingles(source + (at << 3)));
    const high = halfBits(oddSingles(source + (at << 3) + 32));
    v128.store(target + (at << 1), i16x8.narrow_i32x4_u(low, high));
  }
}

/** f64 to bfloat16 in one rounding, to the nearest, ties to even; NaN becomes 0x7fc0. */
export function doublesToBrains(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at += 8) {
    const low = brainBits(oddSingles(source + (at << 3)));
    const high = brainBits(oddSingles(source + (at << 3) + 32));
    v128.store(target + (at << 1), i16x8.narrow_i32x4_u(low, high));
  }
}

/** f32 to IEEE 754 binary16, to the nearest, ties to even; NaN becomes 0x7e00. */
export function singlesToHalfs(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at += 8) {
    const low = halfBits(v128.load(source + (at << 2)));
    const high = halfBits(v128.load(source + (at << 2), 16));
    v128.store(target + (at << 1), i16x8.narrow_i32x4_u(low, high));
  }
}

/** f32 to bfloat16, to the nearest, ties to even; NaN becomes 0x7fc0. */
export function singlesToBrains(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at += 8) {
    const low = brainBits(v128.load(source + (at << 2)));
    const high = brainBits(v128.load(source + (at << 2), 16));
    v128.store(target + (at << 1), i16x8.narrow_i32x4_u(low, high));
  }
}

/**
 * Four f64 to f32 rounded to odd: exact values stay, others become the neighbour whose last bit is one. Rounding that to a type
 * with at least two bits less gives what rounding the f64 once would have given (Boldo & Melquiond, "Emulation of FMA and
 * correctly rounded sums: proved algorithms using rounding to odd", 2008).
 */
@inline
function oddSingles(source: usize): v128 {
  const low = v128.load(source);
  const high = v128.load(source, 16);
  const lowNearest = f32x4.demote_f64x2_zero(low);
  const highNearest = f32x4.demote_f64x2_zero(high);
  const lowBack = f64x2.promote_low_f32x4(lowNearest);
  const highBack = f64x2.promote_low_f32x4(highNearest);
  const nearest = v128.shuffle<u32>(lowNearest, highNearest, 0, 1, 4, 5);
  const inexact = v128.shuffle<u32>(f64x2.ne(lowBack, low), f64x2.ne(highBack, high), 0, 2, 4, 6);
  // All bits set, which is minus one, where the nearest lies further from zero.
  const away = v128.shuffle<u32>(
    f64x2.gt(f64x2.abs(lowBack), f64x2.abs(low)),
    f64x2.gt(f64x2.abs(highBack), f64x2.abs(high)),
    0,
    2,
    4,
    6,
  );
  return v128.or(i32x4.add(nearest, away), v128.and(inexact, i32x4.splat(1)));
}

@inline
function halfBits(single: v128): v128 {
  const magnitude = v128.and(single, i32x4.splat(0x7fffffff));
  // Normal halfs: move the exponent's bias, add just under half of the last place, or half where the last place is odd.
  const lastPlace = v128.and(i32x4.shr_u(magnitude, 13), i32x4.splat(1));
  const rebased = i32x4.sub(magnitude, i32x4.splat(0x38000000));
  const normal = i32x4.shr_u(i32x4.add(i32x4.add(rebased, i32x4.splat(0xfff)), lastPlace), 13);
  // Subnormal halfs: next to 0.5 the last place of an f32 is 2^-24, so the addition itself rounds.
  const half = f32x4.splat(0.5);
  const subnormal = i32x4.sub(f32x4.add(magnitude, half), half);
  const small = i32x4.lt_s(magnitude, i32x4.splat(0x38800000));
  const finite = v128.bitselect(subnormal, normal, small);
  const tooLarge = i32x4.ge_s(magnitude, i32x4.splat(0x47800000));
  const value = v128.bitselect(i32x4.splat(0x7c00), finite, tooLarge);
  const notANumber = i32x4.gt_s(magnitude, i32x4.splat(0x7f800000));
  const sign = v128.and(i32x4.shr_u(single, 16), i32x4.splat(0x8000));
  return v128.bitselect(i32x4.splat(0x7e00), v128.or(value, sign), notANumber);
}

@inline
function brainBits(single: v128): v128 {
  const magnitude = v128.and(single, i32x4.splat(0x7fffffff));
  const lastPlace = v128.and(i32x4.shr_u(single, 16), i32x4.splat(1));
  const rounded = i32x4.shr_u(i32x4.add(i32x4.add(single, i32x4.splat(0x7fff)), lastPlace), 16);
  const notANumber = i32x4.gt_s(magnitude, i32x4.splat(0x7f800000));
  return v128.bitselect(i32x4.splat(0x7fc0), rounded, notANumber);
}
