/**
 * What rounding made of sums, added to six doubles at `totals`: the largest |rounded − sum|, Σ|rounded − sum|, Σ|sum − reference|,
 * how many sums are counted in these, how many were finite and became infinite, and how many were not finite to begin with.
 * `rounded` are singles; sums and reference are doubles where that is said, singles otherwise. With `finite` it is known that
 * every value is finite, and most of the work is left out.
 */
export function measureSums(
  sums: usize,
  rounded: usize,
  reference: usize,
  elements: u32,
  doubleSums: bool,
  doubleReference: bool,
  finite: bool,
  totals: usize,
): void {
  const whole: usize = finite ? <usize>(elements & ~3) : 0;
  if (whole > 0) measureFinite(sums, rounded, reference, whole, doubleSums, doubleReference, totals);
  const infinite = f64x2.splat(Infinity);
  let largest = v128.load64_splat(totals);
  let error = f64x2.splat(0);
  let distance = f64x2.splat(0);
  let counted = f64x2.splat(0);
  let overflowed = f64x2.splat(0);
  let special = f64x2.splat(0);
  const one = f64x2.splat(1);
  const count = <usize>elements;
  for (let at = whole; at < count; at += 2) {
    // The last element of an odd number stands alone.
    const present: v128 = at + 1 < count ? i64x2.splat(-1) : i64x2(-1, 0);
    const exact = pair(sums, at, doubleSums);
    const other = pair(reference, at, doubleReference);
    const near = pair(rounded, at, false);
    const isFinite = f64x2.lt(f64x2.abs(exact), infinite);
    const stays = f64x2.lt(f64x2.abs(near), infinite);
    const usable = v128.and(v128.and(isFinite, stays), present);
    const difference = v128.and(f64x2.abs(f64x2.sub(near, exact)), usable);
    largest = f64x2.max(largest, difference);
    error = f64x2.add(error, difference);
    const away = f64x2.abs(f64x2.sub(exact, other));
    distance = f64x2.add(distance, v128.and(v128.and(away, f64x2.lt(away, infinite)), usable));
    counted = f64x2.add(counted, v128.and(one, usable));
    overflowed = f64x2.add(overflowed, v128.and(one, v128.and(v128.andnot(isFinite, stays), present)));
    special = f64x2.add(special, v128.and(one, v128.andnot(present, isFinite)));
  }
  store<f64>(totals, max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
  addLanes(totals + 8, error);
  addLanes(totals + 16, distance);
  addLanes(totals + 24, counted);
  addLanes(totals + 32, overflowed);
  addLanes(totals + 40, special);
}

function measureFinite(
  sums: usize,
  rounded: usize,
  reference: usize,
  count: usize,
  doubleSums: bool,
  doubleReference: bool,
  totals: usize,
): void {
  let largest = v128.load64_splat(totals);
  // Two of each, so that an addition need not wait for the one before.
  let error = f64x2.splat(0);
  let error2 = f64x2.splat(0);
  let distance = f64x2.splat(0);
  let distance2 = f64x2.splat(0);
  for (let at: usize = 0; at < count; at += 4) {
    const exact = pair(sums, at, doubleSums);
    const exact2 = pair(sums, at + 2, doubleSums);
    const difference = f64x2.abs(f64x2.sub(pair(rounded, at, false), exact));
    const difference2 = f64x2.abs(f64x2.sub(pair(rounded, at + 2, false), exact2));
    largest = f64x2.pmax(largest, f64x2.pmax(difference, difference2));
    error = f64x2.add(error, difference);
    error2 = f64x2.add(error2, difference2);
    distance = f64x2.add(distance, f64x2.abs(f64x2.sub(exact, pair(reference, at, doubleReference))));
    distance2 = f64x2.add(distance2, f64x2.abs(f64x2.sub(exact2, pair(reference, at + 2, doubleReference))));
  }
  store<f64>(totals, max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
  addLanes(totals + 8, f64x2.add(error, error2));
  addLanes(totals + 16, f64x2.add(distance, distance2));
  store<f64>(totals + 24, load<f64>(totals + 24) + <f64>count);
}

/** Two values from element `at` on. */
@inline
function pair(values: usize, at: usize, areDoubles: bool): v128 {
  return areDoubles ? v128.load(values + (at << 3)) : f64x2.promote_low_f32x4(v128.load64_zero(values + (at << 2)));
}

@inline
function addLanes(place: usize, lanes: v128): void {
  store<f64>(place, load<f64>(place) + f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1));
}
