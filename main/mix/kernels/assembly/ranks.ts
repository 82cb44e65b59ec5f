import { draw } from './draw';
import { doubleKey, singleKey } from './select';

/**
 * Keeps each of `length` values, `stride` elements apart from `values` on, with a probability that grows with the rank of its magnitude
 * among them, from `low` for the smallest to `low` + 2 · `reach` for the largest; equal magnitudes rank in their order, and a value that
 * is alone has the probability in the middle. What is kept is multiplied by `scale`, with `isInverse` by `scale` ∕ its probability; what
 * is dropped by zero. The first value is element `start` of its tensor. `scratch` has room for 8192 bytes and twice `length` keys
 * (of the element's size) and places (u32). Probabilities are computed in the element type.
 */
export function keepSinglesByRank(
  values: usize,
  start: u32,
  length: u32,
  stride: u32,
  low: f32,
  reach: f32,
  key: u32,
  secondKey: u32,
  isInverse: bool,
  scale: f32,
  scratch: usize,
): void {
  keepByRank<f32, u32>(values, start, length, stride, low, reach, key, secondKey, isInverse, scale, scratch);
}

export function keepDoublesByRank(
  values: usize,
  start: u32,
  length: u32,
  stride: u32,
  low: f64,
  reach: f64,
  key: u32,
  secondKey: u32,
  isInverse: bool,
  scale: f64,
  scratch: usize,
): void {
  keepByRank<f64, u64>(values, start, length, stride, low, reach, key, secondKey, isInverse, scale, scratch);
}

@inline
function keepByRank<T, K>(
  values: usize,
  start: u32,
  length: u32,
  stride: u32,
  low: T,
  reach: T,
  key: u32,
  secondKey: u32,
  isInverse: bool,
  scale: T,
  scratch: usize,
): void {
  const places = placesByMagnitude<T, K>(values, length, stride, scratch);
  const last = <T>(length - 1);
  for (let rank: u32 = 0; rank < length; rank++) {
    const offset = load<u32>(places + (<usize>rank << 2)) * stride;
    const share: T = length == 1 ? <T>0.5 : <T>(<T>rank / last);
    const probability = <T>(low + <T>(<T>(share * <T>2) * reach));
    const isKept = <f64>draw(start + offset, key, secondKey) < <f64>probability * 4294967296.0;
    const factor: T = isKept ? (isInverse ? <T>(scale / probability) : scale) : <T>0;
    const place = values + <usize>offset * sizeof<T>();
    store<T>(place, <T>(load<T>(place) * factor));
  }
}

/** The places of the values in ascending order of magnitude: a radix sort by bytes, the least significant first, which keeps the order of equals. */
@inline
function placesByMagnitude<T, K>(values: usize, length: u32, stride: u32, scratch: usize): usize {
  const counts = scratch;
  let keys = scratch + 8192;
  let otherKeys = keys + <usize>length * sizeof<K>();
  let places = otherKeys + <usize>length * sizeof<K>();
  let otherPlaces = places + (<usize>length << 2);
  memory.fill(counts, 0, sizeof<K>() << 10);
  for (let i: u32 = 0; i < length; i++) {
    const at = values + <usize>i * <usize>stride * sizeof<T>();
    let sought: K;
    if (sizeof<K>() == 4) sought = <K>singleKey(at);
    else sought = <K>doubleKey(at);
    store<K>(keys + <usize>i * sizeof<K>(), sought);
    store<u32>(places + (<usize>i << 2), i);
    for (let digit: u32 = 0; digit < <u32>sizeof<K>(); digit++) {
      const count = counts + (<usize>digit << 10) + (<usize>((sought >> <K>(digit << 3)) & <K>255) << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
  }
  for (let digit: u32 = 0; digit < <u32>sizeof<K>(); digit++) {
    const table = counts + (<usize>digit << 10);
    // A digit that all have in common moves nothing.
    const first = <usize>((load<K>(keys) >> <K>(digit << 3)) & <K>255);
    if (load<u32>(table + (first << 2)) == length) continue;
    let before: u32 = 0;
    for (let at: usize = 0; at < 1024; at += 4) {
      const here = load<u32>(table + at);
      store<u32>(table + at, before);
      before += here;
    }
    for (let i: u32 = 0; i < length; i++) {
      const sought = load<K>(keys + <usize>i * sizeof<K>());
      const slot = table + (<usize>((sought >> <K>(digit << 3)) & <K>255) << 2);
      const target = load<u32>(slot);
      store<u32>(slot, target + 1);
      store<K>(otherKeys + <usize>target * sizeof<K>(), sought);
      store<u32>(otherPlaces + (<usize>target << 2), load<u32>(places + (<usize>i << 2)));
    }
    const keptKeys = keys;
    keys = otherKeys;
    otherKeys = keptKeys;
    const keptPlaces = places;
    places = otherPlaces;
    otherPlaces = keptPlaces;
  }
  return places;
}
