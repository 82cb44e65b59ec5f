/**
 * Selection by magnitude without sorting: the bits of |x|, read as an integer, are in the order of the magnitudes. Digits of 16 bits
 * are counted from the top; each pass narrows the bits known of the value sought. Every NaN counts as one value above infinity.
 */

/**
 * Counts the 16 bits from `shift` on of |values[i]|, into 65536 counters (u32) at `counts`, for those whose bits above these are the bits
 * above these of `high:low`.
 */
export function countSingleDigits(values: usize, elements: u32, high: u32, low: u32, shift: u32, counts: usize): void {
  const sought = low >> 16;
  const all = shift == 16;
  for (let i: u32 = 0; i < elements; i++) {
    const key = singleKey(values + (<usize>i << 2));
    if (all || key >> 16 == sought) count(counts, (key >> shift) & 0xffff);
  }
}

export function countDoubleDigits(values: usize, elements: u32, high: u32, low: u32, shift: u32, counts: usize): void {
  const above = <u64>shift + 16;
  const all = shift == 48;
  const sought = all ? 0 : ((<u64>high << 32) | <u64>low) >> above;
  for (let i: u32 = 0; i < elements; i++) {
    const key = doubleKey(values + (<usize>i << 3));
    if (all || key >> above == sought) count(counts, <u32>(key >> <u64>shift) & 0xffff);
  }
}

/** The place of the one among the values whose magnitude has the bits `high:low` that has `skip` others before it; −1 − (their number) when there are not so many. */
export function findSingle(values: usize, elements: u32, high: u32, low: u32, skip: u32): i32 {
  let seen: u32 = 0;
  for (let i: u32 = 0; i < elements; i++) {
    if (singleKey(values + (<usize>i << 2)) != low) continue;
    if (seen == skip) return i;
    seen++;
  }
  return -1 - <i32>seen;
}

export function findDouble(values: usize, elements: u32, high: u32, low: u32, skip: u32): i32 {
  const sought = (<u64>high << 32) | <u64>low;
  let seen: u32 = 0;
  for (let i: u32 = 0; i < elements; i++) {
    if (doubleKey(values + (<usize>i << 3)) != sought) continue;
    if (seen == skip) return i;
    seen++;
  }
  return -1 - <i32>seen;
}

@inline
export function singleKey(place: usize): u32 {
  const key = load<u32>(place) & 0x7fffffff;
  return key > 0x7f800000 ? 0x7fc00000 : key;
}

@inline
export function doubleKey(place: usize): u64 {
  const key = load<u64>(place) & 0x7fffffffffffffff;
  return key > 0x7ff0000000000000 ? 0x7ff8000000000000 : key;
}

@inline
function count(counts: usize, digit: u32): void {
  const place = counts + (<usize>digit << 2);
  store<u32>(place, load<u32>(place) + 1);
}
