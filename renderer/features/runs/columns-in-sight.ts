/** Columns on either side that are there already when they come into sight. */
const AROUND = 3;

/** The places of those between two distances from the left, and of a few around them. */
export function placesWithin(widths: readonly number[], from: number, to: number): readonly [number, number] {
  let [first, last] = [widths.length, 0];
  let left = 0;
  for (const [place, width] of widths.entries()) {
    if (left + width > from && left < to) {
      first = Math.min(first, place);
      last = place;
    }
    left += width;
  }
  return [Math.max(0, first - AROUND), Math.min(widths.length - 1, last + AROUND)];
}
