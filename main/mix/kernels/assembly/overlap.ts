/**
 * Where several models changed a parameter and where only one did. An element counts as changed where |inputᵢ − base| > epsilon.
 * `inputs` points to `count` addresses (u32).
 */

/**
 * result = base + the change where one model made it, times that model's factor (f32 or f64 at `factors`), and the mean of the changes
 * where several did. Runs over whole blocks of 16 elements.
 */
export function addOverlapsSingles(
  inputs: usize,
  factors: usize,
  count: u32,
  base: usize,
  epsilon: f32,
  elements: u32,
  result: usize,
): void {
  addOverlaps<f32>(inputs, factors, count, base, epsilon, elements, result);
}

export function addOverlapsDoubles(
  inputs: usize,
  factors: usize,
  count: u32,
  base: usize,
  epsilon: f64,
  elements: u32,
  result: usize,
): void {
  addOverlaps<f64>(inputs, factors, count, base, epsilon, elements, result);
}

/** Adds to two doubles per model at `totals` how many elements it changed together with others, and how many alone. */
export function countOverlapsSingles(
  inputs: usize,
  count: u32,
  base: usize,
  epsilon: f32,
  elements: u32,
  totals: usize,
): void {
  countOverlaps<f32>(inputs, count, base, epsilon, elements, totals);
}

export function countOverlapsDoubles(
  inputs: usize,
  count: u32,
  base: usize,
  epsilon: f64,
  elements: u32,
  totals: usize,
): void {
  countOverlaps<f64>(inputs, count, base, epsilon, elements, totals);
}

@inline
function addOverlaps<T>(
  inputs: usize,
  factors: usize,
  count: u32,
  base: usize,
  epsilon: T,
  elements: u32,
  result: usize,
): void {
  const end = ((<usize>elements + 15) & ~15) * sizeof<T>();
  const epsilons = v128.splat<T>(epsilon);
  const zero = v128.splat<T>(<T>0);
  const one = v128.splat<T>(<T>1);
  for (let at: usize = 0; at < end; at += 16) {
    const origin = v128.load(base + at);
    let models = zero;
    let plain = zero;
    let scaled = zero;
    for (let i: u32 = 0; i < count; i++) {
      const change = v128.sub<T>(v128.load(<usize>load<u32>(inputs + (<usize>i << 2)) + at), origin);
      const present = v128.and(one, v128.gt<T>(v128.abs<T>(change), epsilons));
      const value = v128.mul<T>(change, present);
      models = v128.add<T>(models, present);
      plain = v128.add<T>(plain, value);
      scaled = v128.add<T>(scaled, v128.mul<T>(value, v128.splat<T>(load<T>(factors + <usize>i * sizeof<T>()))));
    }
    const mean = v128.div<T>(plain, v128.max<T>(models, one));
    v128.store(result + at, v128.add<T>(origin, v128.bitselect(mean, scaled, v128.gt<T>(models, one))));
  }
}

@inline
function countOverlaps<T>(inputs: usize, count: u32, base: usize, epsilon: T, elements: u32, totals: usize): void {
  for (let k: u32 = 0; k < elements; k++) {
    const at = <usize>k * sizeof<T>();
    const origin = load<T>(base + at);
    let models: u32 = 0;
    let last: usize = 0;
    for (let i: u32 = 0; i < count; i++) {
      const change = load<T>(<usize>load<u32>(inputs + (<usize>i << 2)) + at) - origin;
      if (abs<T>(<T>change) > epsilon) {
        models++;
        last = <usize>i;
      }
    }
    if (models == 0) continue;
    if (models == 1) {
      addOne(totals + (last << 4) + 8);
      continue;
    }
    for (let i: u32 = 0; i < count; i++) {
      const change = load<T>(<usize>load<u32>(inputs + (<usize>i << 2)) + at) - origin;
      if (abs<T>(<T>change) > epsilon) addOne(totals + (<usize>i << 4));
    }
  }
}

@inline
function addOne(place: usize): void {
  store<f64>(place, load<f64>(place) + 1);
}
