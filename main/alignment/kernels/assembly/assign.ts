/**
 * The linear assignment problem: a column for each row, no column twice, with the largest sum of gains.
 *
 * Shortest augmenting paths over reduced costs: Jonker & Volgenant, "A shortest augmenting path algorithm for dense and sparse
 * linear assignment problems", Computing 38 (1987); with its augmenting row reduction, and without its reduction transfer. Prices of
 * columns may be given from an earlier problem that was similar: any prices are feasible, since those of rows follow from them.
 *
 * Costs are negated gains. Numbers are doubles; rows of `gains` have `stride` numbers, an even number of them, those beyond `size`
 * −∞. Arrays of `stride` doubles each follow one another in `work`: prices, distances, predecessors, blocks.
 */

const NONE: i32 = -1;

let gains: usize;
let size: i32;
let stride: usize;
let prices: usize;
let distances: usize;
let predecessors: usize;
let blocks: usize;
/** i32 each: column of a row, row of a column, rows without a column yet, columns whose distance is final. */
let columnOf: usize;
let rowOf: usize;
let waiting: usize;
let settled: usize;

let smallest: f64;
let second: f64;

/**
 * @param warm 1 when `work` begins with prices from before, 0 to start from the columns' largest gains
 * @param integers room for 4 · `stride` 32-bit integers; the first `size` are the result: the column of each row
 */
export function assign(gainsAt: usize, count: i32, rowStride: usize, work: usize, integers: usize, warm: i32): void {
  gains = gainsAt;
  size = count;
  stride = rowStride;
  prices = work;
  distances = prices + (stride << 3);
  predecessors = distances + (stride << 3);
  blocks = predecessors + (stride << 3);
  columnOf = integers;
  rowOf = columnOf + (stride << 2);
  waiting = rowOf + (stride << 2);
  settled = waiting + (stride << 2);
  memory.fill(columnOf, 0xff, stride << 2);
  memory.fill(rowOf, 0xff, stride << 2);
  if (!warm) reduceColumns();
  let free = reduceRows();
  for (let index: i32 = 0; index < free; index++) augment(load<i32>(waiting + (<usize>index << 2)));
}

@inline
function rowAt(row: i32): usize {
  return gains + ((<usize>row * stride) << 3);
}

/** Prices of columns are the smallest costs in them. */
function reduceColumns(): void {
  for (let at: usize = 0; at < stride << 3; at += 16) {
    let most = v128.load(gains + at);
    for (let row: i32 = 1; row < size; row++) most = f64x2.pmax(most, v128.load(rowAt(row) + at));
    v128.store(prices + at, f64x2.neg(most));
  }
  // Columns that are only there to fill a row up cost nothing and are never taken.
  for (let column = <usize>size; column < stride; column++) store<f64>(prices + (column << 3), 0);
}

/** Smallest and second smallest reduced cost of a row, into `smallest` and `second`. */
function smallestTwo(row: usize): void {
  const infinite = f64x2.splat(Infinity);
  let least = infinite;
  let next = infinite;
  for (let at: usize = 0; at < stride << 3; at += 16) {
    // cost − price = −(gain + price)
    const reduced = f64x2.neg(f64x2.add(v128.load(row + at), v128.load(prices + at)));
    next = f64x2.pmin(next, f64x2.pmax(least, reduced));
    least = f64x2.pmin(least, reduced);
  }
  const a = f64x2.extract_lane(least, 0);
  const b = f64x2.extract_lane(least, 1);
  smallest = min(a, b);
  second = min(max(a, b), min(f64x2.extract_lane(next, 0), f64x2.extract_lane(next, 1)));
}

/** The first column but `other` whose reduced cost is `value`. */
function columnWith(row: usize, value: f64, other: i32): i32 {
  for (let column: i32 = 0; column < size; column++) {
    const at = <usize>column << 3;
    if (-(load<f64>(row + at) + load<f64>(prices + at)) == value && column != other) return column;
  }
  return other;
}

/**
 * Augmenting row reduction: each row takes its cheapest column and lowers the price until the second cheapest is as good; the row
 * that had it looks for another. A bound on the steps keeps prices from creeping by less and less.
 * @returns how many rows are left without a column; they stand in `waiting`
 */
function reduceRows(): i32 {
  let left: i32 = size;
  for (let row: i32 = 0; row < size; row++) store<i32>(waiting + (<usize>row << 2), row);
  for (let pass: i32 = 0; pass < 2 && left > 0; pass++) {
    let kept: i32 = 0;
    let next: i32 = 0;
    let budget: i32 = left * 8;
    while (next < left) {
      const row = load<i32>(waiting + (<usize>next << 2));
      next++;
      const from = rowAt(row);
      smallestTwo(from);
      let column = columnWith(from, smallest, NONE);
      let holder = load<i32>(rowOf + (<usize>column << 2));
      const strict = smallest < second && size > 1;
      if (strict) {
        const at = prices + (<usize>column << 3);
        store<f64>(at, load<f64>(at) - (second - smallest));
      } else if (holder != NONE && size > 1) {
        column = columnWith(from, second, column);
        holder = load<i32>(rowOf + (<usize>column << 2));
      }
      take(row, column);
      if (holder == NONE) continue;
      store<i32>(columnOf + (<usize>holder << 2), NONE);
      budget--;
      if (strict && budget > 0) {
        next--;
        store<i32>(waiting + (<usize>next << 2), holder);
      } else {
        store<i32>(waiting + (<usize>kept << 2), holder);
        kept++;
      }
    }
    left = kept;
  }
  return left;
}

@inline
function take(row: i32, column: i32): void {
  store<i32>(columnOf + (<usize>row << 2), column);
  store<i32>(rowOf + (<usize>column << 2), row);
}

/** The shortest path from a row without a column to a column without a row, by Dijkstra's algorithm over reduced costs. */
function augment(start: i32): void {
  for (let at: usize = 0; at < stride << 3; at += 16) {
    v128.store(distances + at, f64x2.splat(Infinity));
    v128.store(blocks + at, f64x2.splat(0));
  }
  for (let column = <usize>size; column < stride; column++) store<f64>(blocks + (column << 3), Infinity);
  let row = start;
  let reached: f64 = 0;
  let offset: f64 = 0;
  let count: i32 = 0;
  let column: i32;
  while (true) {
    const nearest = relax(row, offset);
    column = nearestColumn(nearest);
    reached = nearest;
    const holder = load<i32>(rowOf + (<usize>column << 2));
    if (holder == NONE) break;
    store<i32>(settled + (<usize>count << 2), column);
    count++;
    store<f64>(blocks + (<usize>column << 3), Infinity);
    row = holder;
    // What the row's own column costs it, less what it took to get here.
    const at = <usize>column << 3;
    offset = -(load<f64>(rowAt(row) + at) + load<f64>(prices + at)) - reached;
  }
  for (let index: i32 = 0; index < count; index++) {
    const at = <usize>load<i32>(settled + (<usize>index << 2)) << 3;
    store<f64>(prices + at, load<f64>(prices + at) + load<f64>(distances + at) - reached);
  }
  let taken: i32;
  do {
    const from = <i32>load<f64>(predecessors + (<usize>column << 3));
    taken = load<i32>(columnOf + (<usize>from << 2));
    take(from, column);
    column = taken;
    row = from;
  } while (row != start);
}

/** Shortens distances by way of a row. @returns the smallest distance of a column that is not settled */
function relax(row: i32, offset: f64): f64 {
  const from = rowAt(row);
  const offsets = f64x2.splat(offset);
  const via = f64x2.splat(<f64>row);
  let least = f64x2.splat(Infinity);
  for (let at: usize = 0; at < stride << 3; at += 16) {
    const block = v128.load(blocks + at);
    const reduced = f64x2.neg(f64x2.add(v128.load(from + at), v128.load(prices + at)));
    const through = f64x2.add(f64x2.sub(reduced, offsets), block);
    const known = v128.load(distances + at);
    const shorter = f64x2.lt(through, known);
    const distance = v128.bitselect(through, known, shorter);
    v128.store(distances + at, distance);
    v128.store(predecessors + at, v128.bitselect(via, v128.load(predecessors + at), shorter));
    least = f64x2.pmin(least, f64x2.add(distance, block));
  }
  return min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
}

/** A column at that distance: one without a row if there is one, for the path then ends. */
function nearestColumn(distance: f64): i32 {
  let found: i32 = NONE;
  for (let column: i32 = 0; column < size; column++) {
    const at = <usize>column << 3;
    if (load<f64>(distances + at) + load<f64>(blocks + at) != distance) continue;
    if (load<i32>(rowOf + (<usize>column << 2)) == NONE) return column;
    if (found == NONE) found = column;
  }
  return found;
}
