import type { Data, Layout } from 'plotly.js';
import { formatSignificant } from '../lib/format.ts';
import { axisTitle, type ParallelData } from './chart-data.ts';
import { baseLayout, type Figure, type Ink, opacityOf } from './figure.ts';
import { colorOf, markOf } from './palette.ts';
import { type Extent, extentsOf, isWithin } from './parallel-ranges.ts';

const OUTSIDE = 0.12;

type Line = ParallelData['lines'][number];

/**
 * Parallel coordinates: every axis runs from its smallest to its largest value, which stand at its ends. Drawn as lines, not with
 * plotly's own trace for it, which needs WebGL and knows no marks. A rectangle drawn over axes narrows them.
 * @param apart with a trace for each line, as a legend needs them; otherwise lines that look alike are one, which is drawn sooner
 */
export function parallelFigure(data: ParallelData, ink: Ink, emphasis: string | undefined, apart = false): Figure {
  const { axes, lines, legend } = data;
  const extents = extentsOf(data);
  const titles = axes.map(axisTitle);
  const lookOf = ({ subject, values }: Line): string => {
    const isSpecial = subject.label === emphasis;
    return [colorOf(subject), markOf(subject), isWithin(data, values), isSpecial, apart && subject.label].join(' ');
  };
  const looks = lines.map(lookOf);
  const alike = [...new Set(looks)].map((look) => lines.filter((_, place) => looks[place] === look));
  return {
    traces: [...alike.map((group) => traceOf(group, data, extents, emphasis)), endsOf(extents, ink)],
    layout: {
      ...baseLayout(ink),
      margin: { l: 40, r: 40, t: 8, b: 40 },
      shapes: rangeShapes(data, extents, ink),
      dragmode: 'select',
      selections: [],
      showlegend: legend !== 'saved',
      xaxis: {
        gridcolor: ink.zero,
        zeroline: false,
        automargin: true,
        tickfont: { size: 12 },
        tickvals: titles.map((_, place) => place),
        ticktext: titles,
        range: [-0.3, titles.length - 0.7],
        fixedrange: true,
      },
      yaxis: { visible: false, range: [-0.13, 1.13], fixedrange: true },
    } as Partial<Layout>,
  };
}

/** Lines that look alike, one after another with a gap between them. */
function traceOf(
  lines: readonly Line[],
  data: ParallelData,
  extents: readonly Extent[],
  emphasis: string | undefined,
): Data {
  const { subject, values } = lines[0]!;
  const points = lines.flatMap((line) => [...pointsOf(line, data, extents), NOTHING]);
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: subject.label,
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    text: points.map(({ text }) => text),
    customdata: points.map(({ label }) => label),
    opacity: isWithin(data, values) ? opacityOf(subject.label, emphasis) : OUTSIDE,
    line: { color: colorOf(subject), width: subject.label === emphasis ? 4 : 2 },
    marker: { color: colorOf(subject), symbol: markOf(subject), size: 9 },
    // What a rectangle has hit says nothing: the ranges do.
    selected: { marker: { opacity: 1 } },
    unselected: { marker: { opacity: 1 } },
    hovertemplate: '%{text}<extra>%{customdata}</extra>',
  } as Data;
}

interface LinePoint {
  readonly x: number | null;
  readonly y: number | null;
  readonly text: string;
  readonly label: string;
}

const NOTHING: LinePoint = { x: null, y: null, text: '', label: '' };

function pointsOf({ subject, values }: Line, { axes }: ParallelData, extents: readonly Extent[]): readonly LinePoint[] {
  return values.flatMap((value, x) => {
    if (value === null) return [];
    const { title, unit } = axes[x]!;
    return [{ x, y: shareOf(value, extents[x]), text: `${title}: ${written(value, unit)}`, label: subject.label }];
  });
}

/** The smallest and the largest value of each axis. */
function endsOf(extents: readonly Extent[], { text }: Ink): Data {
  const ends = extents.flatMap((extent, x) =>
    extent === undefined ? [] : [-0.07, 1.07].map((y, end) => ({ x, y, text: written(extent[end]!, undefined) })),
  );
  return {
    type: 'scatter',
    mode: 'text',
    x: ends.map(({ x }) => x),
    y: ends.map(({ y }) => y),
    text: ends.map((end) => end.text),
    textfont: { size: 11, color: text },
    unselected: { textfont: { color: text } },
    hoverinfo: 'skip',
    showlegend: false,
  } as Data;
}

/** A frame around the part of each axis that is looked at. */
function rangeShapes({ axes, ranges = {} }: ParallelData, extents: readonly Extent[], ink: Ink): Layout['shapes'] {
  return axes.flatMap((axis, place) => {
    const range = ranges[axisTitle(axis)];
    if (range === undefined) return [];
    const [y0, y1] = range.map((end) => shareOf(end, extents[place]));
    return [{ type: 'rect', x0: place - 0.06, x1: place + 0.06, y0, y1, line: { color: ink.text, width: 1.5 } }];
  }) as Layout['shapes'];
}

/** Where a value is between the ends; in the middle where there is no difference. */
function shareOf(value: number, [low, high]: readonly [number, number] = [value, value]): number {
  return high === low ? 0.5 : (value - low) / (high - low);
}

function written(value: number, unit: string | undefined): string {
  return `${formatSignificant(value, 4)}${unit === undefined ? '' : ` ${unit}`}`;
}
