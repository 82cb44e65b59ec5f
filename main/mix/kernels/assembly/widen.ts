/** IEEE 754 binary16 to f32, exactly: exponent and fraction are moved into place and rescaled by 2^112. */
export function widenHalfs(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  const sign = i32x4.splat(0x8000);
  const rest = i32x4.splat(0x7fff);
  const infinite = i32x4.splat(0x7c00);
  const special = i32x4.splat(0x7f800000);
  const scale = f32x4.splat(reinterpret<f32>(0x77800000));
  for (let at: usize = 0; at < end; at += 4) {
    const half = i32x4.extend_low_i16x8_u(v128.load64_zero(source + (at << 1)));
    const magnitude = v128.and(half, rest);
    // Subnormal halfs are subnormal here before the scaling, which WebAssembly computes exactly.
    const scaled = f32x4.mul(i32x4.shl(magnitude, 13), scale);
    const outside = v128.and(i32x4.ge_s(magnitude, infinite), special);
    const value = v128.or(scaled, outside);
    v128.store(target + (at << 2), v128.or(value, i32x4.shl(v128.and(half, sign), 16)));
  }
}

/** bfloat16 to f32: the upper half of the bits. */
export function widenBrains(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at += 4) {
    const brain = i32x4.extend_low_i16x8_u(v128.load64_zero(source + (at << 1)));
    v128.store(target + (at << 2), i32x4.shl(brain, 16));
  }
}

/** One byte an element to f32 through a table of 256 values: the 8-bit floating-point types. */
export function widenByTable(source: usize, target: usize, elements: u32, table: usize): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at++) {
    store<u32>(target + (at << 2), load<u32>(table + (<usize>load<u8>(source + at) << 2)));
  }
}

export function promoteSingles(source: usize, target: usize, elements: u32): void {
  const end = (<usize>elements + 15) & ~15;
  for (let at: usize = 0; at < end; at += 2) {
    v128.store(target + (at << 3), f64x2.promote_low_f32x4(v128.load64_zero(source + (at << 2))));
  }
}
