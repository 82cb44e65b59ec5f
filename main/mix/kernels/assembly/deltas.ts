/**
 * Differences from a base, sparsified in place. Each kernel has a version for f32 and one for f64. They touch exactly `elements`
 * values. What is dropped is multiplied by zero, so that NaN and infinite values stay visible.
 */

/** values[i] −= base[i] */
export function subtractSingles(values: usize, base: usize, elements: u32): void {
  subtract<f32>(values, base, elements);
}

export function subtractDoubles(values: usize, base: usize, elements: u32): void {
  subtract<f64>(values, base, elements);
}

/**
 * values[i] ·= scale where low < |criterion[i]| < high, and 0 elsewhere. With `lowTies` the lower bound itself is kept, with
 * `highTies` the upper one. `criterion` may be `values`.
 */
export function keepSinglesBetween(
  values: usize,
  criterion: usize,
  elements: u32,
  low: f32,
  lowTies: bool,
  high: f32,
  highTies: bool,
  scale: f32,
): void {
  keepBetween<f32>(values, criterion, elements, low, lowTies, high, highTies, scale);
}

export function keepDoublesBetween(
  values: usize,
  criterion: usize,
  elements: u32,
  low: f64,
  lowTies: bool,
  high: f64,
  highTies: bool,
  scale: f64,
): void {
  keepBetween<f64>(values, criterion, elements, low, lowTies, high, highTies, scale);
}

function subtract<T>(values: usize, base: usize, elements: u32): void {
  const end = <usize>elements * sizeof<T>();
  const whole = end & ~15;
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(values + at, v128.sub<T>(v128.load(values + at), v128.load(base + at)));
  }
  for (let at = whole; at < end; at += sizeof<T>()) {
    store<T>(values + at, <T>(load<T>(values + at) - load<T>(base + at)));
  }
}

function keepBetween<T>(
  values: usize,
  criterion: usize,
  elements: u32,
  low: T,
  lowTies: bool,
  high: T,
  highTies: bool,
  scale: T,
): void {
  const end = <usize>elements * sizeof<T>();
  const whole = end & ~15;
  const lows = v128.splat<T>(low);
  const highs = v128.splat<T>(high);
  const scales = v128.splat<T>(scale);
  const lowKept = i32x4.splat(lowTies ? -1 : 0);
  const highKept = i32x4.splat(highTies ? -1 : 0);
  for (let at: usize = 0; at < whole; at += 16) {
    const size = v128.abs<T>(v128.load(criterion + at));
    const above = v128.or(v128.gt<T>(size, lows), v128.and(v128.eq<T>(size, lows), lowKept));
    const below = v128.or(v128.lt<T>(size, highs), v128.and(v128.eq<T>(size, highs), highKept));
    const factor = v128.and(scales, v128.and(above, below));
    v128.store(values + at, v128.mul<T>(v128.load(values + at), factor));
  }
  for (let at = whole; at < end; at += sizeof<T>()) {
    const size = abs<T>(load<T>(criterion + at));
    const isAbove = size > low || (lowTies && size == low);
    const isBelow = size < high || (highTies && size == high);
    store<T>(values + at, <T>(load<T>(values + at) * (isAbove && isBelow ? scale : <T>0)));
  }
}
