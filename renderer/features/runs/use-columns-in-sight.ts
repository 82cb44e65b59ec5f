import { useEffect, useState } from 'react';

/** Columns on either side that are there already when they come into sight. */
const AROUND = 3;

/**
 * The first and the last of the columns that are in sight, or nearly. A table of forty columns costs a quarter as much to draw
 * where only those are.
 * @param widths in pixels, from the left
 */
export function useColumnsInSight(viewport: HTMLElement | null, widths: readonly number[]): readonly [number, number] {
  const [sight, setSight] = useState<readonly [number, number]>(() => placesWithin(widths, 0, window.innerWidth));
  useEffect(() => {
    if (viewport === null) return;
    const look = (): void => {
      const [first, last] = placesWithin(widths, viewport.scrollLeft, viewport.scrollLeft + viewport.clientWidth);
      setSight((before) => (before[0] === first && before[1] === last ? before : [first, last]));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(viewport);
    viewport.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      viewport.removeEventListener('scroll', look);
    };
  }, [viewport, widths]);
  return sight;
}

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
