/**
 * Weighted sums of `count` buffers, the accumulators kept in registers. `inputs` points to `count` addresses (u32),
 * `weights` to `count` weights. Terms are added in the order of the inputs; the first product is not added to zero,
 * so that a sum of one term with weight one keeps the sign of zero.
 */

/** f32 inputs, f32 weights, f32 accumulators and result. */
export function sumSinglesInSingles(inputs: usize, weights: usize, count: u32, elements: u32, result: usize): void {
  const end = ((<usize>elements + 15) & ~15) << 2;
  for (let at: usize = 0; at < end; at += 64) {
    let source = <usize>load<u32>(inputs) + at;
    let weight = v128.load32_splat(weights);
    let a = f32x4.mul(weight, v128.load(source));
    let b = f32x4.mul(weight, v128.load(source, 16));
    let c = f32x4.mul(weight, v128.load(source, 32));
    let d = f32x4.mul(weight, v128.load(source, 48));
    for (let i: u32 = 1; i < count; i++) {
      source = <usize>load<u32>(inputs + (<usize>i << 2)) + at;
      weight = v128.load32_splat(weights + (<usize>i << 2));
      a = f32x4.add(a, f32x4.mul(weight, v128.load(source)));
      b = f32x4.add(b, f32x4.mul(weight, v128.load(source, 16)));
      c = f32x4.add(c, f32x4.mul(weight, v128.load(source, 32)));
      d = f32x4.add(d, f32x4.mul(weight, v128.load(source, 48)));
    }
    v128.store(result + at, a);
    v128.store(result + at, b, 16);
    v128.store(result + at, c, 32);
    v128.store(result + at, d, 48);
  }
}

/**
 * f32 inputs, f64 weights and accumulators. With `single` the sums are rounded to f32 on the way out, otherwise the
 * result is f64.
 */
export function sumSinglesInDoubles(
  inputs: usize,
  weights: usize,
  count: u32,
  elements: u32,
  result: usize,
  single: bool,
): void {
  const end = ((<usize>elements + 15) & ~15) << 2;
  for (let at: usize = 0; at < end; at += 32) {
    let source = <usize>load<u32>(inputs) + at;
    let weight = v128.load64_splat(weights);
    let a = f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source)));
    let b = f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source, 8)));
    let c = f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source, 16)));
    let d = f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source, 24)));
    for (let i: u32 = 1; i < count; i++) {
      source = <usize>load<u32>(inputs + (<usize>i << 2)) + at;
      weight = v128.load64_splat(weights + (<usize>i << 3));
      a = f64x2.add(a, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source))));
      b = f64x2.add(b, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source, 8))));
      c = f64x2.add(c, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source, 16))));
      d = f64x2.add(d, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(source, 24))));
    }
    if (single) {
      v128.store(result + at, joinSingles(a, b));
      v128.store(result + at, joinSingles(c, d), 16);
    } else {
      const place = result + (at << 1);
      v128.store(place, a);
      v128.store(place, b, 16);
      v128.store(place, c, 32);
      v128.store(place, d, 48);
    }
  }
}

/** f64 inputs, weights, accumulators and result. */
export function sumDoubles(inputs: usize, weights: usize, count: u32, elements: u32, result: usize): void {
  const end = ((<usize>elements + 15) & ~15) << 3;
  for (let at: usize = 0; at < end; at += 64) {
    let source = <usize>load<u32>(inputs) + at;
    let weight = v128.load64_splat(weights);
    let a = f64x2.mul(weight, v128.load(source));
    let b = f64x2.mul(weight, v128.load(source, 16));
    let c = f64x2.mul(weight, v128.load(source, 32));
    let d = f64x2.mul(weight, v128.load(source, 48));
    for (let i: u32 = 1; i < count; i++) {
      source = <usize>load<u32>(inputs + (<usize>i << 2)) + at;
      weight = v128.load64_splat(weights + (<usize>i << 3));
      a = f64x2.add(a, f64x2.mul(weight, v128.load(source)));
      b = f64x2.add(b, f64x2.mul(weight, v128.load(source, 16)));
      c = f64x2.add(c, f64x2.mul(weight, v128.load(source, 32)));
      d = f64x2.add(d, f64x2.mul(weight, v128.load(source, 48)));
    }
    v128.store(result + at, a);
    v128.store(result + at, b, 16);
    v128.store(result + at, c, 32);
    v128.store(result + at, d, 48);
  }
}

/** Two pairs of doubles, each rounded to the nearest single, as one vector. */
@inline
function joinSingles(low: v128, high: v128): v128 {
  return v128.shuffle<u64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
