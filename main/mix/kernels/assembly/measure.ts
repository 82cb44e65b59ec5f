/**
 * What rounding made of sums, added to six doubles at `totals`: the largest |rounded − sum|, Σ|rounded − sum|, Σ|sum − reference|,
 * how many sums are counted in these, how many were finite and became infinite, and how many were not finite to begin with.
 * `rounded` are singles; sums and reference are doubles where that is said, singles otherwise.
 */
export function measureSums(
  sums: usize,
  rounded: usize,
  reference: usize,
  elements: u32,
  doubleSums: bool,
  doubleReference: bool,
  totals: usize,
): void {
  const infinite = f64x2.splat(Infinity);
  let largest = v128.load64_splat(totals);
  let error = f64x2.splat(0);
  let distance = f64x2.splat(0);
  let counted = f64x2.splat(0);
  let overflowed = f64x2.splat(0);
  let special = f64x2.splat(0);
  const one = f64x2.splat(1);
  const count = <usize>elements;
  for (let at: usize = 0; at < count; at += 2) {
    // The last element of an odd number stands alone.
    const present: v128 = at + 1 < count ? i64x2.splat(-1) : i64x2(-1, 0);
    const exact = doubleSums ? v128.load(sums + (at << 3)) : f64x2.promote_low_f32x4(v128.load64_zero(sums + (at << 2)));
    const other = doubleReference
      ? v128.load(reference + (at << 3))
      : f64x2.promote_low_f32x4(v128.load64_zero(reference + (at << 2)));
    const near = f64x2.promote_low_f32x4(v128.load64_zero(rounded + (at << 2)));
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

@inline
function addLanes(place: usize, lanes: v128): void {
  store<f64>(place, load<f64>(place) + f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1));
}
