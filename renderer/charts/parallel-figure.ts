import type { Data, Layout } from 'plotly.js';
import { formatSignificant } from '../lib/format.ts';
import { axisTitle, type ParallelData } from './chart-data.ts';
import { baseLayout, type Figure, type Ink, opacityOf } from './figure.ts';
import { colorOf, markOf } from './palette.ts';
import { type Extent, extentsOf, isWithin } from './parallel-ranges.ts';

const OUTSIDE = 0.12;

/**
 * Parallel coordinates: every axis runs from its smallest to its largest value, which stand at its ends. Drawn as lines, not with
 * plotly's own trace for it, which needs WebGL and knows no marks. A rectangle drawn over axes narrows them.
 */
export function parallelFigure(data: ParallelData, ink: Ink, emphasis: string | undefined): Figure {
  const { axes, lines, legend } = data;
  const extents = extentsOf(data);
  const titles = axes.map(axisTitle);
  const traces = lines.map(({ subject, values }): Data => {
    const isSpecial = subject.label === emphasis;
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name: subject.label,
      x: titles.map((_, place) => place),
      y: values.map((value, place) => (value === null ? null : shareOf(value, extents[place]))),
      connectgaps: true,
      opacity: isWithin(data, values) ? opacityOf(subject.label, emphasis) : OUTSIDE,
      line: { color: colorOf(subject), width: isSpecial ? 4 : 2 },
      marker: { color: colorOf(subject), symbol: markOf(subject), size: 9 },
      // What a rectangle has hit says nothing: the ranges do.
      selected: { marker: { opacity: 1 } },
      unselected: { marker: { opacity: 1 } },
      text: values.map((value, place) =>
        value === null ? '' : `${axes[place]!.title}: ${written(value, axes[place]!.unit)}`,
      ),
      hovertemplate: '%{text}',
    } as Data;
  });
  return {
    traces,
    layout: {
      ...baseLayout(ink),
      margin: { l: 40, r: 40, t: 8, b: 40 },
      annotations: endsOf(extents, ink),
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

function endsOf(extents: readonly Extent[], { text }: Ink): NonNullable<Layout['annotations']> {
  return extents.flatMap((extent, x) =>
    extent === undefined
      ? []
      : [-0.07, 1.07].map((y, end) => ({
          x,
          y,
          text: written(extent[end]!, undefined),
          showarrow: false,
          font: { size: 11, color: text },
        })),
  ) as NonNullable<Layout['annotations']>;
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
