import type { Data, Layout } from 'plotly.js';
import { formatCount, formatSignificant } from '../lib/format.ts';
import { type Axis, axisTitle, type ChartData, type Series } from './chart-data.ts';
import { baseLayout, type Figure, type Ink, opacityOf } from './figure.ts';
import { colorOf, markOf, patternOf, type Subject } from './palette.ts';

/**
 * Bars, points and lines, each series in its subject's colour and mark.
 * @param apart with a trace for each series, as a legend needs them; otherwise what can be is one trace, which plotly draws at once
 */
export function pointsFigure(data: ChartData, ink: Ink, emphasis: string | undefined, apart = false): Figure {
  const opacities = data.series.map(({ subject }) => opacityOf(subject.label, emphasis));
  const traces = data.series.map((series, place) => ({
    ...traceOf(series, data, ink),
    opacity: opacities[place],
  })) as Data[];
  const labels = data.kind === 'horizontal-bars' ? [valueLabels(data.series, data.x, ink)] : [];
  return {
    traces: [...(apart || !canBeOne(data) ? traces : [joinedTrace(data, ink, opacities)]), ...labels],
    layout: layoutOf(data, ink),
  };
}

/** Marks and bars that stand where they stand whichever trace they belong to. */
function canBeOne({ kind, series, legend }: ChartData): boolean {
  if (series.length < 2) return false;
  if (kind === 'scatter') {
    return legend === 'saved' && !isCategorical(series) && series.every(({ drawn }) => drawn === undefined);
  }
  return kind !== 'lines' && isLabelled(series);
}

/** All series as one trace: what sets them apart is told point by point. */
function joinedTrace(data: ChartData, ink: Ink, opacities: readonly number[]): Data {
  const all = data.series.flatMap((series, place) =>
    series.points.map((point) => ({ point, series, opacity: opacities[place]! })),
  );
  const whole = traceOf({ ...data.series[0]!, points: all.map(({ point }) => point) }, data, ink) as {
    readonly hovertemplate: string;
    readonly marker: object;
  };
  const colors = all.map(({ series }) => colorOf(series.subject));
  const marker =
    data.kind === 'scatter'
      ? {
          symbol: all.map(({ series }) => series.mark ?? markOf(series.subject)),
          line: { color: colors, width: all.map(({ series }) => (series.mark?.endsWith('-open') ? 2 : 0)) },
          ...(data.area === undefined ? { size: all.map(({ series }) => sizeOf(series.subject)) } : {}),
        }
      : { pattern: { shape: all.map(({ series }) => patternOf(series.subject)) } };
  return {
    ...whole,
    marker: { ...whole.marker, ...marker, color: colors, opacity: all.map(({ opacity }) => opacity) },
    customdata: all.map(({ series }) => series.subject.label),
    hovertemplate: `${whole.hovertemplate}<extra>%{customdata}</extra>`,
  } as unknown as Data;
}

function traceOf(
  { subject, points, mark, drawn }: Series,
  { kind, y, x, area, series }: ChartData,
  ink: Ink,
): Partial<Data> {
  const value = kind === 'horizontal-bars' ? x : y;
  const format = value.format ?? '.3~s';
  const places = points.map((point) => point.x);
  const values = points.map((point) => point.y);
  const color = colorOf(subject);
  const unit = value.unit === undefined ? '' : ` ${value.unit}`;
  const intervals = points.some((point) => point.interval !== undefined)
    ? {
        type: 'data' as const,
        symmetric: false,
        array: points.map(({ y: middle, interval }) => (interval === undefined ? 0 : interval[1] - middle)),
        arrayminus: points.map(({ y: middle, interval }) => (interval === undefined ? 0 : middle - interval[0])),
        thickness: 1.2,
        color: ink.text,
      }
    : undefined;
  const shared = {
    name: subject.label,
    text: points.map(extraOf),
    cliponaxis: false,
  };
  switch (kind) {
    case 'bars':
      return {
        ...shared,
        type: 'bar',
        x: places,
        y: values,
        marker: { color, pattern: { shape: patternOf(subject) } },
        texttemplate: `%{y:${format}}`,
        textangle: values.length > 2 ? -90 : 0,
        hovertemplate: `%{x}: %{y:${format}}${unit}%{text}`,
        ...(intervals === undefined ? {} : { error_y: intervals }),
      } as Partial<Data>;
    case 'horizontal-bars':
      return {
        ...shared,
        type: 'bar',
        orientation: 'h',
        y: places,
        x: values,
        marker: { color, pattern: { shape: patternOf(subject) } },
        textposition: 'none',
        hovertemplate: `%{y}: %{x:${format}}${unit}%{text}`,
        ...(intervals === undefined ? {} : { error_x: intervals }),
      } as Partial<Data>;
    case 'scatter':
    case 'lines':
      return {
        ...shared,
        type: 'scatter',
        mode: drawn === 'marked-line' ? 'lines+markers' : kind === 'lines' || drawn !== undefined ? 'lines' : 'markers',
        x: places,
        y: values,
        line: { color, width: 2, ...lineOf(drawn) },
        marker: {
          color,
          symbol: mark ?? markOf(subject),
          size: area === undefined ? sizeOf(subject) : points.map(sizeWithin(series)),
          line: { color, width: mark?.endsWith('-open') ? 2 : 0 },
        },
        hovertemplate: `(%{x}, %{y:${format}}${unit})%{text}`,
        ...(intervals === undefined ? {} : { error_y: intervals }),
      } as Partial<Data>;
  }
}

function lineOf(drawn: Series['drawn']): { readonly shape?: 'hv'; readonly dash?: 'dot' | 'dash' } {
  return drawn === 'steps' ? { shape: 'hv', dash: 'dot' } : drawn === 'level' ? { dash: 'dash' } : {};
}

function sizeOf({ kind }: Subject): number {
  return kind === 'soup' ? 15 : 11;
}

const [SMALLEST, LARGEST] = [9, 34];

/** Diameters whose squares go with the areas; the smallest is still one that can be seen. */
function sizeWithin(series: readonly Series[]): (point: Series['points'][number]) => number {
  const most = Math.max(...series.flatMap(({ points }) => points.map(({ area = 0 }) => area)), Number.MIN_VALUE);
  return ({ area = 0 }) => Math.max(SMALLEST, LARGEST * Math.sqrt(area / most));
}

function extraOf({ n, interval, note }: Series['points'][number]): string {
  const ends = interval?.map((end) => formatSignificant(end, 4)).join(' … ');
  return [
    ...(note === undefined ? [] : [`, ${note}`]),
    ...(ends === undefined ? [] : [`, 95 %: ${ends}`]),
    ...(n === undefined ? [] : [`, n = ${formatCount(n)}`]),
  ].join('');
}

/** Horizontal bars have their values at the edge, in a column: within the bars, whiskers would cross them out. */
function valueLabels(series: readonly Series[], value: Axis, { text }: Ink): Data {
  const points = series.flatMap(({ points: own }) => own);
  return {
    type: 'scatter',
    mode: 'text',
    // At the very edge: beyond it plotly hides them.
    x: points.map(() => 1),
    xaxis: 'x2',
    y: points.map(({ x }) => x),
    text: points.map(({ y }) => written(y, value.format)),
    textposition: 'middle right',
    textfont: { size: 12, color: text },
    cliponaxis: false,
    hoverinfo: 'skip',
    showlegend: false,
  } as Data;
}

/** The few formats that values of bars have, as d3-format would write them. */
function written(value: number, format: string | undefined): string {
  const found = /^(\+?)(?:,)?\.(\d)f$/.exec(format ?? '');
  if (found === null) return formatSignificant(value, 3);
  const text = Math.abs(value).toFixed(Number(found[2]));
  return `${value < 0 && Number(text) !== 0 ? '−' : found[1] === '+' ? '+' : ''}${text}`;
}

function layoutOf({ kind, x, y, series, legend }: ChartData, ink: Ink): Partial<Layout> {
  const axis = {
    gridcolor: ink.grid,
    zerolinecolor: ink.zero,
    linecolor: ink.grid,
    automargin: true,
    tickfont: { size: 12 },
  };
  const isHorizontal = kind === 'horizontal-bars';
  const hasNames = isLabelled(series);
  return {
    ...baseLayout(ink),
    barmode: hasNames ? 'overlay' : 'group',
    bargap: 0.35,
    // Series that share their places stand side by side there: none hides another.
    ...(kind === 'scatter' && isCategorical(series) ? { scattermode: 'group' as const, scattergap: 0.5 } : {}),
    showlegend: series.length > 1 && !hasNames && legend !== 'saved',
    ...(isHorizontal
      ? {
          margin: { l: 56, r: 72, t: 16, b: 48 },
          xaxis2: { overlaying: 'x', range: [0, 1], fixedrange: true, visible: false },
        }
      : {}),
    xaxis: {
      ...axis,
      title: { text: axisTitle(x), font: { size: 13 } },
      ...(x.format === undefined ? {} : { tickformat: x.format }),
      ...(x.scale === undefined ? {} : { type: x.scale }),
    },
    yaxis: {
      ...axis,
      title: { text: isHorizontal ? '' : axisTitle(y), font: { size: 13 } },
      // From above, and no wider than the bars: marks would have plotly leave room around them.
      ...(isHorizontal ? { range: [placesOf(series) - 0.5, -0.5] } : {}),
      ...(y.format === undefined ? {} : { tickformat: y.format }),
    },
  };
}

function placesOf(series: readonly Series[]): number {
  return new Set(series.flatMap(({ points }) => points.map(({ x }) => x))).size;
}

/** Where every bar has its subject's name beside it, a legend would only repeat it. */
function isLabelled(series: readonly Series[]): boolean {
  return series.every(({ subject, points }) => points.every((point) => point.x === subject.label));
}

function isCategorical(series: readonly Series[]): boolean {
  return series.some(({ points }) => points.some(({ x }) => typeof x === 'string'));
}
