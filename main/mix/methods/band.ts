import type { Arithmetic } from '../kernels/arithmetic.ts';
import { indicesOfEquals, type SeriesPass, selectRanks } from './selection.ts';
import type { PiecedTensor } from './tensor-method.ts';

/** Magnitudes between two bounds. Of those that equal a bound, the ones with indices from `from` to before `to` belong to it. */
export interface Band {
  readonly low: Bound;
  readonly high: Bound;
}

interface Bound {
  readonly magnitude: number;
  readonly from: number;
  readonly to: number;
}

const WITHOUT_END: Bound = { magnitude: Number.POSITIVE_INFINITY, from: 0, to: Number.POSITIVE_INFINITY };
const FROM_ZERO: Bound = { magnitude: 0, from: 0, to: Number.POSITIVE_INFINITY };

const EVERYTHING: Band = { low: FROM_ZERO, high: WITHOUT_END };
const NOTHING: Band = { low: { ...WITHOUT_END, to: 0 }, high: WITHOUT_END };

/** All magnitudes from this one on; none where it is infinite. */
export function bandFrom(magnitude: number): Band {
  if (magnitude === Number.POSITIVE_INFINITY) return NOTHING;
  return { low: { ...FROM_ZERO, magnitude }, high: WITHOUT_END };
}

/**
 * For each series the band of its largest magnitudes; of equals the earlier ones.
 * @param counts how many of each series
 */
export function bandsOfLargest(tensor: PiecedTensor, pass: SeriesPass, counts: readonly number[]): readonly Band[] {
  const total = tensor.elementCount;
  const isPart = (count: number): boolean => count > 0 && count < total;
  if (!counts.some(isPart)) return counts.map((count) => (count > 0 ? EVERYTHING : NOTHING));
  const selected = selectRanks(
    tensor,
    pass,
    counts.map((count) => (isPart(count) ? [total - count] : [])),
  );
  const parts = selected.flatMap(([lowest], series) => (lowest === undefined ? [] : [{ series, lowest }]));
  const ends = indicesOfEquals(
    tensor,
    pass,
    parts.map(({ series, lowest }) => ({
      series,
      selected: lowest,
      nth: lowest.before + lowest.equal - (total - counts[series]!),
    })),
  );
  return counts.map((count, series): Band => {
    const part = parts.findIndex((each) => each.series === series);
    if (part === -1) return count > 0 ? EVERYTHING : NOTHING;
    return { low: { magnitude: parts[part]!.lowest.magnitude, from: 0, to: ends[part]! }, high: WITHOUT_END };
  });
}

/** Ranks from `from` to before `to`, the smallest magnitude having rank 0. */
export interface RankRange {
  readonly from: number;
  readonly to: number;
}

/** For each series the band of a range of ranks; of equals the earlier ones rank lower. */
export function bandsOfRanks(tensor: PiecedTensor, pass: SeriesPass, ranges: readonly RankRange[]): readonly Band[] {
  const total = tensor.elementCount;
  const bounds = ranges.map(({ from, to }) => (from < to ? [from, to].filter((rank) => rank > 0 && rank < total) : []));
  const selected = selectRanks(tensor, pass, bounds);
  const sought = bounds.flatMap((ranks, series) =>
    ranks.map((rank, i) => {
      const found = selected[series]![i]!;
      return { series, rank, selected: found, nth: rank - found.before };
    }),
  );
  const indices = indicesOfEquals(tensor, pass, sought);
  return ranges.map(({ from, to }, series): Band => {
    if (from >= to) return NOTHING;
    const at = (rank: number): number => sought.findIndex((each) => each.series === series && each.rank === rank);
    const [first, last] = [at(from), at(to)];
    return {
      low:
        first === -1
          ? FROM_ZERO
          : { magnitude: sought[first]!.selected.magnitude, from: indices[first]!, to: Number.POSITIVE_INFINITY },
      high: last === -1 ? WITHOUT_END : { magnitude: sought[last]!.selected.magnitude, from: 0, to: indices[last]! },
    };
  });
}

/**
 * Multiplies values by `scale` where the magnitude of the criterion is within the band, and by zero elsewhere.
 * @param criterion address of as many values; may be `values`
 * @param start index of the first one in its tensor
 */
export function keepBand(
  { keepBetween, size }: Arithmetic,
  { low, high }: Band,
  values: number,
  criterion: number,
  start: number,
  count: number,
  scale: number,
): void {
  const end = start + count;
  const cuts = [low.from, low.to, high.from, high.to].filter((index) => index > start && index < end);
  const edges = [start, ...cuts.sort((a, b) => a - b), end];
  for (let i = 1; i < edges.length; i++) {
    const from = edges[i - 1]!;
    const skipped = (from - start) * size;
    const isWithin = (bound: Bound): boolean => from >= bound.from && from < bound.to;
    keepBetween(
      values + skipped,
      criterion + skipped,
      edges[i]! - from,
      low.magnitude,
      isWithin(low),
      high.magnitude,
      isWithin(high),
      scale,
    );
  }
}
