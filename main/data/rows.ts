import { StockpotError } from '../errors.ts';
import { Random } from '../random.ts';
import type { RowSelection } from './source.ts';

/**
 * The rows of a source that a split takes, in the split's order. Two selections with the same order (`shuffle`, `stratified`)
 * and ranges that don't overlap have no row in common.
 * @param labels of all rows of the source
 * @throws StockpotError `data/rows-out-of-range`, `data/empty`
 */
export function selectRows(labels: Int32Array, selection: RowSelection | undefined, where: string): Int32Array {
  if (labels.length === 0) throw new StockpotError({ code: 'data/empty', what: 'There are no samples', where });
  if (selection === undefined) return Int32Array.from({ length: labels.length }, (_, row) => row);
  const { from, to, shuffle, stratified } = selection;
  if (to > labels.length) {
    throw new StockpotError({
      code: 'data/rows-out-of-range',
      what: `Rows ${from} to ${to} were asked for, there are ${labels.length}`,
      where,
      remedy: `Let "to" be at most ${labels.length}.`,
    });
  }
  if (shuffle === undefined) return Int32Array.from({ length: to - from }, (_, i) => from + i);
  const random = new Random(shuffle, 'rows', stratified === true ? 'stratified' : 'plain');
  const order = random.permutation(labels.length);
  return (stratified === true ? spreadClasses(order, labels, random) : order).subarray(from, to);
}

/**
 * The same rows, reordered so that each class is spread evenly: the k-th of a class's n rows gets a place around (k + ½)/n of the way.
 */
function spreadClasses(order: Int32Array, labels: Int32Array, random: Random): Int32Array {
  const totals = new Map<number, number>();
  for (const label of labels) totals.set(label, (totals.get(label) ?? 0) + 1);
  const seen = new Map<number, number>();
  const place = new Float64Array(labels.length);
  for (const row of order) {
    const label = labels[row]!;
    const rank = seen.get(label) ?? 0;
    seen.set(label, rank + 1);
    place[row] = (rank + random.uniform()) / totals.get(label)!;
  }
  return order.toSorted((a, b) => place[a]! - place[b]! || a - b);
}
