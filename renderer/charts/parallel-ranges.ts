import { axisTitle, type ParallelData, type Ranges } from './chart-data.ts';

/** From the smallest to the largest value of an axis; undefined where it has none. */
export type Extent = readonly [number, number] | undefined;

export function extentsOf({ axes, lines }: Pick<ParallelData, 'axes' | 'lines'>): readonly Extent[] {
  return axes.map((_, place) => {
    const values = lines.flatMap(({ values: own }) => own[place] ?? []);
    return values.length === 0 ? undefined : [Math.min(...values), Math.max(...values)];
  });
}

/** Whether a line passes through every range; one without a value on such an axis does not. */
export function isWithin(
  { axes, ranges = {} }: Pick<ParallelData, 'axes' | 'ranges'>,
  values: readonly (number | null)[],
): boolean {
  return axes.every((axis, place) => {
    const range = ranges[axisTitle(axis)];
    const value = values[place] ?? null;
    return range === undefined || (value !== null && value >= range[0] && value <= range[1]);
  });
}

/** A rectangle drawn over the axes: places along x, shares of each axis's extent along y. */
export interface Box {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/**
 * The ranges after such a rectangle was drawn: every axis that it crosses, or else the nearest one, is narrowed to it. One that
 * covers an axis from end to end sets it free.
 */
export function rangesAfter(data: ParallelData, { x, y }: Box): Ranges {
  const [left, right] = [Math.min(...x), Math.max(...x)];
  const [bottom, top] = [Math.max(0, Math.min(...y)), Math.min(1, Math.max(...y))];
  const extents = extentsOf(data);
  const crossed = data.axes.flatMap((_, place) => (place >= left && place <= right ? [place] : []));
  const nearest = Math.min(data.axes.length - 1, Math.max(0, Math.round((left + right) / 2)));
  const next = { ...data.ranges };
  for (const place of crossed.length > 0 ? crossed : [nearest]) {
    const title = axisTitle(data.axes[place]!);
    const extent = extents[place];
    delete next[title];
    if (extent === undefined || bottom > top || (bottom <= 0 && top >= 1)) continue;
    const [low, high] = extent;
    next[title] = [low + bottom * (high - low), low + top * (high - low)];
  }
  return next;
}
