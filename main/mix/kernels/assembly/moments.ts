/**
 * Sums over whole tensors that come in pieces. Each sum is kept as eight doubles, element k going to number k mod 8, so that it does not
 * depend on where pieces begin and end.
 */

/** Elements of every input that are looked at together, as doubles: those of a few inputs fit a first-level cache. */
const BLOCK: u32 = 256;

/**
 * Adds to eight doubles per pair (0,0), (1,0), (1,1), (2,0), … at `lanes` the products of the inputs, less the base unless its address
 * is 0. `inputs` points to `count` addresses (u32); `scratch` has room for `count` · 264 doubles.
 */
export function gramSingles(
  inputs: usize,
  count: u32,
  base: usize,
  start: u32,
  elements: u32,
  lanes: usize,
  scratch: usize,
): void {
  gram<f32>(inputs, count, base, start, elements, lanes, scratch);
}

export function gramDoubles(
  inputs: usize,
  count: u32,
  base: usize,
  start: u32,
  elements: u32,
  lanes: usize,
  scratch: usize,
): void {
  gram<f64>(inputs, count, base, start, elements, lanes, scratch);
}

/** Adds the magnitudes to eight doubles at `lanes`. */
export function sumMagnitudesOfSingles(values: usize, start: u32, elements: u32, lanes: usize): void {
  sumMagnitudes<f32>(values, start, elements, lanes);
}

export function sumMagnitudesOfDoubles(values: usize, start: u32, elements: u32, lanes: usize): void {
  sumMagnitudes<f64>(values, start, elements, lanes);
}

/** result = the variance of the inputs at each element, over `count`, computed in doubles. */
export function varianceOfSingles(inputs: usize, count: u32, elements: u32, result: usize): void {
  variance<f32>(inputs, count, elements, result);
}

export function varianceOfDoubles(inputs: usize, count: u32, elements: u32, result: usize): void {
  variance<f64>(inputs, count, elements, result);
}

@inline
function gram<T>(
  inputs: usize,
  count: u32,
  base: usize,
  start: u32,
  elements: u32,
  lanes: usize,
  scratch: usize,
): void {
  const stride = <usize>(BLOCK + 8) << 3;
  for (let done: u32 = 0; done < elements; ) {
    // Zeros in place of what belongs to other pieces leave the sums as they are.
    const phase = (start + done) & 7;
    const taken = min<u32>(BLOCK, elements - done);
    const padded = (phase + taken + 7) & ~7;
    for (let i: u32 = 0; i < count; i++) {
      const source = <usize>load<u32>(inputs + (<usize>i << 2));
      const target = scratch + <usize>i * stride;
      for (let k: u32 = 0; k < phase; k++) store<f64>(target + (<usize>k << 3), 0);
      // Reads one element too many where their number is odd, which the zeros below overwrite.
      for (let k: u32 = 0; k < taken; k += 2) {
        const at = <usize>(done + k) * sizeof<T>();
        const pair = pairAt<T>(source + at, 0);
        const place = target + (<usize>(phase + k) << 3);
        v128.store(place, base == 0 ? pair : f64x2.sub(pair, pairAt<T>(base + at, 0)));
      }
      for (let k: u32 = phase + taken; k < padded; k++) store<f64>(target + (<usize>k << 3), 0);
    }
    let pair = lanes;
    for (let i: u32 = 0; i < count; i++) {
      for (let j: u32 = 0; j <= i; j++) {
        addProducts(scratch + <usize>i * stride, scratch + <usize>j * stride, padded, pair);
        pair += 64;
      }
    }
    done += taken;
  }
}

@inline
function addProducts(left: usize, right: usize, elements: u32, lanes: usize): void {
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  const end = <usize>elements << 3;
  for (let at: usize = 0; at < end; at += 64) {
    a = f64x2.add(a, f64x2.mul(v128.load(left + at), v128.load(right + at)));
    b = f64x2.add(b, f64x2.mul(v128.load(left + at, 16), v128.load(right + at, 16)));
    c = f64x2.add(c, f64x2.mul(v128.load(left + at, 32), v128.load(right + at, 32)));
    d = f64x2.add(d, f64x2.mul(v128.load(left + at, 48), v128.load(right + at, 48)));
  }
  v128.store(lanes, a);
  v128.store(lanes, b, 16);
  v128.store(lanes, c, 32);
  v128.store(lanes, d, 48);
}

@inline
function sumMagnitudes<T>(values: usize, start: u32, elements: u32, lanes: usize): void {
  const head = min<u32>((8 - (start & 7)) & 7, elements);
  const whole = head + ((elements - head) & ~7);
  addMagnitudes<T>(values, start, 0, head, lanes);
  let a = v128.load(lanes);
  let b = v128.load(lanes, 16);
  let c = v128.load(lanes, 32);
  let d = v128.load(lanes, 48);
  for (let i = head; i < whole; i += 8) {
    const place = values + <usize>i * sizeof<T>();
    a = f64x2.add(a, f64x2.abs(pairAt<T>(place, 0)));
    b = f64x2.add(b, f64x2.abs(pairAt<T>(place, 2)));
    c = f64x2.add(c, f64x2.abs(pairAt<T>(place, 4)));
    d = f64x2.add(d, f64x2.abs(pairAt<T>(place, 6)));
  }
  v128.store(lanes, a);
  v128.store(lanes, b, 16);
  v128.store(lanes, c, 32);
  v128.store(lanes, d, 48);
  addMagnitudes<T>(values, start, whole, elements, lanes);
}

@inline
function addMagnitudes<T>(values: usize, start: u32, from: u32, to: u32, lanes: usize): void {
  for (let i = from; i < to; i++) {
    const place = lanes + (<usize>((start + i) & 7) << 3);
    store<f64>(place, load<f64>(place) + abs<f64>(<f64>load<T>(values + <usize>i * sizeof<T>())));
  }
}

/** Two elements as doubles. */
@inline
function pairAt<T>(place: usize, at: usize): v128 {
  if (sizeof<T>() == 8) return v128.load(place + (at << 3));
  return f64x2.promote_low_f32x4(v128.load64_zero(place + (at << 2)));
}

@inline
function variance<T>(inputs: usize, count: u32, elements: u32, result: usize): void {
  const share = <f64>1 / <f64>count;
  for (let k: u32 = 0; k < elements; k++) {
    const at = <usize>k * sizeof<T>();
    let mean: f64 = 0;
    for (let i: u32 = 0; i < count; i++) mean += <f64>load<T>(<usize>load<u32>(inputs + (<usize>i << 2)) + at);
    mean *= share;
    let sum: f64 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const away = <f64>load<T>(<usize>load<u32>(inputs + (<usize>i << 2)) + at) - mean;
      sum += away * away;
    }
    store<T>(result + at, <T>(sum * share));
  }
}
