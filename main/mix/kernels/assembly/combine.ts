/**
 * One result out of several buffers. `inputs` points to `count` addresses (u32), tables of factors to `count` values of the element
 * type. They run over whole blocks of 16 elements.
 */

/** result = base + Σ factorᵢ · inputᵢ; with `fromBase` of the differences inputᵢ − base instead. */
export function addSinglesToBase(
  inputs: usize,
  factors: usize,
  count: u32,
  base: usize,
  fromBase: bool,
  elements: u32,
  result: usize,
): void {
  if (fromBase) addToBase<f32>(inputs, factors, count, base, true, elements, result);
  else addToBase<f32>(inputs, factors, count, base, false, elements, result);
}

export function addDoublesToBase(
  inputs: usize,
  factors: usize,
  count: u32,
  base: usize,
  fromBase: bool,
  elements: u32,
  result: usize,
): void {
  if (fromBase) addToBase<f64>(inputs, factors, count, base, true, elements, result);
  else addToBase<f64>(inputs, factors, count, base, false, elements, result);
}

/**
 * The sum of those inputs that agree with the sign of the majority, added to the base. The majority is that of Σ inputᵢ, or with
 * `byCount` of the numbers of positive and negative inputs; a draw counts as positive, and zeros agree with nobody.
 * result = base + factor · (Σ sharesᵢ · inputᵢ) ∕ (Σ weightsᵢ), both over those that agree. The divisor is 1 without `normalize`;
 * otherwise it is no less than `floor`, or, where that is 0, no zero.
 */
export function electSingles(
  inputs: usize,
  shares: usize,
  weights: usize,
  count: u32,
  base: usize,
  byCount: bool,
  normalize: bool,
  floor: f32,
  factor: f32,
  elements: u32,
  result: usize,
): void {
  elect<f32>(inputs, shares, weights, count, base, byCount, normalize, floor, factor, elements, result);
}

export function electDoubles(
  inputs: usize,
  shares: usize,
  weights: usize,
  count: u32,
  base: usize,
  byCount: bool,
  normalize: bool,
  floor: f64,
  factor: f64,
  elements: u32,
  result: usize,
): void {
  elect<f64>(inputs, shares, weights, count, base, byCount, normalize, floor, factor, elements, result);
}

/** result = w · other + (1 − w) · base with w = t ∕ |base − other| within 0 and 1, differences counting as 10⁻⁶ at least. */
export function swapNearSingles(base: usize, other: usize, t: f32, elements: u32, result: usize): void {
  swapNear<f32>(base, other, t, elements, result);
}

export function swapNearDoubles(base: usize, other: usize, t: f64, elements: u32, result: usize): void {
  swapNear<f64>(base, other, t, elements, result);
}

@inline
function endOf<T>(elements: u32): usize {
  return ((<usize>elements + 15) & ~15) * sizeof<T>();
}

@inline
function inputAt(inputs: usize, i: u32): usize {
  return <usize>load<u32>(inputs + (<usize>i << 2));
}

@inline
function splatAt<T>(table: usize, i: u32): v128 {
  return v128.splat<T>(load<T>(table + <usize>i * sizeof<T>()));
}

@inline
function addToBase<T>(
  inputs: usize,
  factors: usize,
  count: u32,
  base: usize,
  fromBase: bool,
  elements: u32,
  result: usize,
): void {
  const end = endOf<T>(elements);
  for (let at: usize = 0; at < end; at += 32) {
    const lowBase = v128.load(base + at);
    const highBase = v128.load(base + at, 16);
    let low = v128.splat<T>(<T>0);
    let high = low;
    for (let i: u32 = 0; i < count; i++) {
      const source = inputAt(inputs, i) + at;
      const factor = splatAt<T>(factors, i);
      let lowValue = v128.load(source);
      let highValue = v128.load(source, 16);
      if (fromBase) {
        lowValue = v128.sub<T>(lowValue, lowBase);
        highValue = v128.sub<T>(highValue, highBase);
      }
      low = v128.add<T>(low, v128.mul<T>(lowValue, factor));
      high = v128.add<T>(high, v128.mul<T>(highValue, factor));
    }
    v128.store(result + at, v128.add<T>(lowBase, low));
    v128.store(result + at, v128.add<T>(highBase, high), 16);
  }
}

@inline
function elect<T>(
  inputs: usize,
  shares: usize,
  weights: usize,
  count: u32,
  base: usize,
  byCount: bool,
  normalize: bool,
  floor: T,
  factor: T,
  elements: u32,
  result: usize,
): void {
  const end = endOf<T>(elements);
  const zero = v128.splat<T>(<T>0);
  const one = v128.splat<T>(<T>1);
  const floors = v128.splat<T>(floor);
  const factors = v128.splat<T>(factor);
  for (let at: usize = 0; at < end; at += 16) {
    let ballot = zero;
    for (let i: u32 = 0; i < count; i++) {
      const value = v128.load(inputAt(inputs, i) + at);
      if (byCount) {
        const vote = v128.sub<T>(v128.and(one, v128.gt<T>(value, zero)), v128.and(one, v128.lt<T>(value, zero)));
        ballot = v128.add<T>(ballot, vote);
      } else ballot = v128.add<T>(ballot, value);
    }
    const isPositive = v128.ge<T>(ballot, zero);
    let sum = zero;
    let divisor = zero;
    for (let i: u32 = 0; i < count; i++) {
      const value = v128.load(inputAt(inputs, i) + at);
      const agrees = v128.bitselect(v128.gt<T>(value, zero), v128.lt<T>(value, zero), isPositive);
      const present = v128.and(one, agrees);
      sum = v128.add<T>(sum, v128.mul<T>(v128.mul<T>(value, present), splatAt<T>(shares, i)));
      divisor = v128.add<T>(divisor, v128.mul<T>(splatAt<T>(weights, i), present));
    }
    if (normalize) {
      if (floor > <T>0) divisor = v128.max<T>(divisor, floors);
      else divisor = v128.bitselect(one, divisor, v128.eq<T>(divisor, zero));
      sum = v128.div<T>(sum, divisor);
    }
    v128.store(result + at, v128.add<T>(v128.load(base + at), v128.mul<T>(sum, factors)));
  }
}

@inline
function swapNear<T>(base: usize, other: usize, t: T, elements: u32, result: usize): void {
  const end = endOf<T>(elements);
  const ts = v128.splat<T>(t);
  const zero = v128.splat<T>(<T>0);
  const one = v128.splat<T>(<T>1);
  const least = v128.splat<T>(<T>1e-6);
  for (let at: usize = 0; at < end; at += 16) {
    const a = v128.load(base + at);
    const b = v128.load(other + at);
    const distance = v128.max<T>(v128.abs<T>(v128.sub<T>(a, b)), least);
    const weight = v128.min<T>(v128.max<T>(v128.div<T>(ts, distance), zero), one);
    v128.store(result + at, v128.add<T>(v128.mul<T>(weight, b), v128.mul<T>(v128.sub<T>(one, weight), a)));
  }
}
