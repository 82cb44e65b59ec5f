import type { Data, Shape } from 'plotly.js';
import { axisTitle, type HeatmapData } from './chart-data.ts';
import { baseLayout, type Figure, type Ink } from './figure.ts';

/** From one end to the other, told apart with any kind of colour vision; the middle is the ground that it stands on. */
const diverging = (ground: string): [number, string][] => [
  [0, '#0072b2'],
  [0.5, ground],
  [1, '#d55e00'],
];
const rising = (ground: string): [number, string][] => [
  [0, ground],
  [1, '#0072b2'],
];

const MOST_LABELLED = 400;

/** A grid of cells, each coloured by its number and, while there is room, labelled with it. */
export function heatmapFigure(data: HeatmapData, ink: Ink): Figure {
  const { x, y, value, columns, rows, values, diverging: both } = data;
  const ground = ink.isDark ? '#22262d' : '#f4f5f7';
  const known = values.flat().filter((cell) => cell !== null);
  const reach = Math.max(1e-12, ...known.map(Math.abs));
  const format = value.format ?? '.3~g';
  const isLabelled = columns.length * rows.length <= MOST_LABELLED;
  return {
    traces: [
      {
        type: 'heatmap',
        x: [...columns],
        y: [...rows],
        z: values.map((row) => [...row]),
        colorscale: both === true ? diverging(ground) : rising(ground),
        ...(both === true ? { zmin: -reach, zmax: reach } : {}),
        xgap: 2,
        ygap: 2,
        colorbar: { title: { text: axisTitle(value), font: { size: 13 } }, thickness: 12, outlinewidth: 0 },
        hovertemplate: `${y.title} %{y}, ${x.title} %{x}: %{z:${format}}<extra></extra>`,
        ...(isLabelled ? { texttemplate: `%{z:${format}}` } : {}),
      } as Data,
    ],
    layout: {
      ...baseLayout(ink),
      shapes: frameOf(data, ink),
      xaxis: {
        title: { text: axisTitle(x), font: { size: 13 } },
        type: 'category',
        automargin: true,
        tickfont: { size: 12 },
        showgrid: false,
      },
      yaxis: {
        title: { text: axisTitle(y), font: { size: 13 } },
        type: 'category',
        automargin: true,
        showgrid: false,
        tickfont: { size: 12 },
        autorange: 'reversed',
      },
    },
  };
}

/** A frame around the cell that stands out: places on an axis of names are counted from 0. */
function frameOf({ marked }: HeatmapData, { text }: Ink): Partial<Shape>[] {
  if (marked === undefined) return [];
  const { row, column } = marked;
  const [x0, x1, y0, y1] = [column - 0.48, column + 0.48, row - 0.48, row + 0.48];
  return [{ type: 'rect', x0, x1, y0, y1, line: { color: text, width: 3 } }];
}
