/**
 * Gives every NaN the one bit pattern 0x7fc00000 (WebAssembly leaves a NaN's sign and payload to the machine) and tells
 * whether any of the first `elements` values is NaN or infinite.
 */
export function settleSingles(values: usize, elements: u32): bool {
  const canonical = i32x4.splat(0x7fc00000);
  let largest = i32x4.splat(0);
  const whole = <usize>(elements & ~3);
  for (let at: usize = 0; at < whole; at += 4) {
    const value = v128.load(values + (at << 2));
    v128.store(values + (at << 2), v128.bitselect(value, canonical, f32x4.eq(value, value)));
    largest = i32x4.max_u(largest, v128.and(value, i32x4.splat(0x7fffffff)));
  }
  let nonFinite = v128.any_true(i32x4.ge_s(largest, i32x4.splat(0x7f800000)));
  for (let at: usize = whole; at < <usize>elements; at++) {
    const place = values + (at << 2);
    const magnitude = load<u32>(place) & 0x7fffffff;
    if (magnitude > 0x7f800000) store<u32>(place, 0x7fc00000);
    if (magnitude >= 0x7f800000) nonFinite = true;
  }
  return nonFinite;
}

/** As `settleSingles` for f64; the one NaN is 0x7ff8000000000000. */
export function settleDoubles(values: usize, elements: u32): bool {
  let nonFinite = false;
  for (let at: usize = 0; at < <usize>elements; at++) {
    const place = values + (at << 3);
    const magnitude = load<u64>(place) & 0x7fffffffffffffff;
    if (magnitude > 0x7ff0000000000000) store<u64>(place, 0x7ff8000000000000);
    if (magnitude >= 0x7ff0000000000000) nonFinite = true;
  }
  return nonFinite;
}

/** Whether any of the first `elements` 16-bit values has all the bits of `exponent` set, as NaN and the infinities have. */
export function hasSpecialExponent(values: usize, elements: u32, exponent: u32): bool {
  const bits = i16x8.splat(<i16>exponent);
  let found = i16x8.splat(0);
  const whole = <usize>(elements & ~7);
  for (let at: usize = 0; at < whole; at += 8) {
    found = v128.or(found, i16x8.eq(v128.and(v128.load(values + (at << 1)), bits), bits));
  }
  if (v128.any_true(found)) return true;
  for (let at: usize = whole; at < <usize>elements; at++) {
    if ((load<u16>(values + (at << 1)) & exponent) == exponent) return true;
  }
  return false;
}
