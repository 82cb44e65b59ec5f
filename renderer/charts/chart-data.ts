import type { Subject } from './palette.ts';

interface Point {
  readonly x: number | string;
  readonly y: number;
  /** Ends of the interval around `y`, where there is one. */
  readonly interval?: readonly [number, number];
  /** How many samples `y` rests on. */
  readonly n?: number;
}

export interface Series {
  readonly subject: Subject;
  readonly points: readonly Point[];
}

export interface Axis {
  readonly title: string;
  /** Behind every number: `%`, `images/s`. */
  readonly unit?: string;
  /** d3-format of the numbers; `.3~s` unless told otherwise. */
  readonly format?: string;
}

export interface ChartData {
  readonly title: string;
  readonly kind: 'bars' | 'horizontal-bars' | 'scatter' | 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** More points than this are not drawn: nobody could tell them apart, and the page would stall. */
const MOST_POINTS = 20_000;

export interface Capped {
  readonly series: readonly Series[];
  readonly left: number;
}

/** Every series' first points, so that all of them together can be drawn; `left` says how many were left out. */
export function capped(series: readonly Series[]): Capped {
  const total = series.reduce((sum, { points }) => sum + points.length, 0);
  if (total <= MOST_POINTS) return { series, left: 0 };
  const each = Math.floor(MOST_POINTS / series.length);
  const kept = series.map((entry) => ({ ...entry, points: entry.points.slice(0, each) }));
  return { series: kept, left: total - kept.reduce((sum, { points }) => sum + points.length, 0) };
}

export function axisTitle({ title, unit }: Axis): string {
  return unit === undefined ? title : `${title} (${unit})`;
}
