import { formatSignificant } from '../lib/format.ts';
import type { Subject } from './palette.ts';

interface Point {
  readonly x: number | string;
  readonly y: number;
  /** Ends of the interval around `y`, where there is one. */
  readonly interval?: readonly [number, number];
  /** How many samples `y` rests on. */
  readonly n?: number;
  /** What else there is to say of it: the name of what was scored. */
  readonly note?: string;
  /** What the area of its mark stands for, where the chart says so. */
  readonly area?: number;
}

/** Told apart without colour; hollow ones stand for what is not settled. */
type Mark = 'circle' | 'circle-open' | 'square' | 'diamond' | 'diamond-open' | 'star' | 'x';

export interface Series {
  readonly subject: Subject;
  readonly points: readonly Point[];
  /** Its kind's own unless told otherwise. */
  readonly mark?: Mark;
  /**
   * In a scatter, in place of marks: a line, one of steps, each value holding until the next one, or a broken one to hold others
   * against; or marks with a line through them.
   */
  readonly drawn?: 'line' | 'steps' | 'level' | 'marked-line';
}

export interface Axis {
  readonly title: string;
  /** Behind every number: `%`, `images/s`. */
  readonly unit?: string;
  /** d3-format of the numbers; `.3~s` unless told otherwise. */
  readonly format?: string;
  /** Values that go by factors, all above 0. */
  readonly scale?: 'log';
}

export interface ChartData {
  readonly title: string;
  readonly kind: 'bars' | 'horizontal-bars' | 'scatter' | 'lines';
  readonly x: Axis;
  readonly y: Axis;
  /** Of a scatter: what the areas of its marks stand for. */
  readonly area?: Axis;
  readonly series: readonly Series[];
  /** `saved`: the page tells colours and marks apart beside the chart, so that only a saved picture needs a legend. */
  readonly legend?: 'saved';
}

/** By an axis's title, the values that are looked at. */
export type Ranges = Readonly<Record<string, readonly [number, number]>>;

/** Several measures of each subject side by side, every one on an axis of its own; a line is a subject. */
export interface ParallelData {
  /** Lines outside of them step back. */
  readonly ranges?: Ranges;
  readonly title: string;
  readonly kind: 'parallel';
  readonly legend?: 'saved';
  readonly axes: readonly Axis[];
  /** One value for each axis, null where there is none. */
  readonly lines: readonly { readonly subject: Subject; readonly values: readonly (number | null)[] }[];
}

/** A number for each cell of a grid. */
export interface HeatmapData {
  readonly title: string;
  readonly kind: 'heatmap';
  readonly x: Axis;
  readonly y: Axis;
  /** What the cells hold. */
  readonly value: Axis;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** values[row][column] */
  readonly values: readonly (readonly (number | null)[])[];
  /** Both sides of zero mean something: blue below, orange above. */
  readonly diverging?: boolean;
  /** The cell that stands out. */
  readonly marked?: { readonly row: number; readonly column: number };
}

export type AnyChartData = ChartData | ParallelData | HeatmapData;

/** More points than this are not drawn: nobody could tell them apart, and the page would stall. */
const MOST_POINTS = 20_000;

interface Capped {
  readonly series: readonly Series[];
  readonly left: number;
}

/** Every series' first points, so that all of them together can be drawn; `left` says how many were left out. */
function capped(series: readonly Series[]): Capped {
  const total = series.reduce((sum, { points }) => sum + points.length, 0);
  if (total <= MOST_POINTS) return { series, left: 0 };
  const each = Math.floor(MOST_POINTS / series.length);
  const kept = series.map((entry) => ({ ...entry, points: entry.points.slice(0, each) }));
  return { series: kept, left: total - kept.reduce((sum, { points }) => sum + points.length, 0) };
}

/** The same for lines and grids, of which whole lines and rows are left out. */
export function cappedChart(data: AnyChartData): { readonly data: AnyChartData; readonly left: number } {
  switch (data.kind) {
    case 'parallel': {
      const most = Math.max(1, Math.floor(MOST_POINTS / Math.max(1, data.axes.length)));
      const left = Math.max(0, data.lines.length - most) * data.axes.length;
      return { data: left === 0 ? data : { ...data, lines: data.lines.slice(0, most) }, left };
    }
    case 'heatmap': {
      const most = Math.max(1, Math.floor(MOST_POINTS / Math.max(1, data.columns.length)));
      const left = Math.max(0, data.rows.length - most) * data.columns.length;
      if (left === 0) return { data, left };
      return { data: { ...data, rows: data.rows.slice(0, most), values: data.values.slice(0, most) }, left };
    }
    default: {
      const { series, left } = capped(data.series);
      return { data: { ...data, series }, left };
    }
  }
}

type Write = (value: number | string | null) => string;

/** A chart's numbers as lines of a table, the first one its head; for people unless they are written otherwise. */
export function tableOf(data: AnyChartData, write: Write = exact): readonly (readonly string[])[] {
  switch (data.kind) {
    case 'parallel':
      return [
        ['Subject', ...data.axes.map(axisTitle)],
        ...data.lines.map(({ subject, values }) => [subject.label, ...values.map(write)]),
      ];
    case 'heatmap':
      return [
        [`${axisTitle(data.y)} \\ ${axisTitle(data.x)}`, ...data.columns],
        ...data.rows.map((row, place) => [row, ...(data.values[place] ?? []).map(write)]),
      ];
    default:
      return pointsTable(data, write);
  }
}

function pointsTable({ kind, x, y, area, series }: ChartData, write: Write): readonly (readonly string[])[] {
  const points = series.flatMap(({ subject, points: own }) => own.map((point) => ({ subject, point })));
  const hasIntervals = points.some(({ point }) => point.interval !== undefined);
  const hasCounts = points.some(({ point }) => point.n !== undefined);
  const hasNotes = points.some(({ point }) => point.note !== undefined);
  const [place, value] = kind === 'horizontal-bars' ? [y, x] : [x, y];
  return [
    [
      'Subject',
      ...(hasNotes ? ['Of'] : []),
      axisTitle(place),
      axisTitle(value),
      ...(area === undefined ? [] : [axisTitle(area)]),
      ...(hasIntervals ? ['Interval'] : []),
      ...(hasCounts ? ['n'] : []),
    ],
    ...points.map(({ subject, point }) => [
      subject.label,
      ...(hasNotes ? [point.note ?? ''] : []),
      write(point.x),
      write(point.y),
      ...(area === undefined ? [] : [write(point.area ?? null)]),
      ...(hasIntervals ? [point.interval?.map(write).join(' – ') ?? ''] : []),
      ...(hasCounts ? [write(point.n ?? null)] : []),
    ]),
  ];
}

function exact(value: number | string | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : formatSignificant(value, 6);
}

/** A chart's numbers as CSV, to the last digit. */
export function csvOf(data: AnyChartData): string {
  return csvOfTable(tableOf(data, (value) => (value === null ? '' : String(value))));
}

/** A table as RFC 4180 has it. */
export function csvOfTable(lines: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

export function axisTitle({ title, unit }: Axis): string {
  return unit === undefined ? title : `${title} (${unit})`;
}
