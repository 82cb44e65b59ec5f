import type { Data, Layout } from 'plotly.js';
import { axisTitle, type ChartData, type Series } from './chart-data.ts';
import { baseLayout, type Figure, type Ink, opacityOf } from './figure.ts';
import { colorOf, markOf, patternOf } from './palette.ts';

/** Bars, points and lines, each series in its subject's colour and mark. */
export function pointsFigure(data: ChartData, ink: Ink, emphasis: string | undefined): Figure {
  return {
    traces: data.series.map((series) => ({
      ...traceOf(series, data, ink),
      opacity: opacityOf(series.subject.label, emphasis),
    })) as Data[],
    layout: layoutOf(data, ink),
  };
}

function traceOf({ subject, points }: Series, { kind, y, x }: ChartData, ink: Ink): Partial<Data> {
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
    text: points.map(({ n, interval }) => extraOf(n, interval)),
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
        texttemplate: `%{x:${format}}`,
        textposition: 'auto',
        hovertemplate: `%{y}: %{x:${format}}${unit}%{text}`,
        ...(intervals === undefined ? {} : { error_x: intervals }),
      } as Partial<Data>;
    case 'scatter':
    case 'lines':
      return {
        ...shared,
        type: 'scatter',
        mode: kind === 'lines' ? 'lines' : 'markers',
        x: places,
        y: values,
        line: { color, width: 2 },
        marker: { color, symbol: markOf(subject), size: subject.kind === 'soup' ? 15 : 11 },
        hovertemplate: `(%{x}, %{y:${format}}${unit})%{text}`,
        ...(intervals === undefined ? {} : { error_y: intervals }),
      } as Partial<Data>;
  }
}

function extraOf(n: number | undefined, interval: readonly [number, number] | undefined): string {
  const ends = interval?.map((end) => end.toLocaleString('en', { maximumSignificantDigits: 4 })).join(' … ');
  return `${ends === undefined ? '' : `, 95 %: ${ends}`}${n === undefined ? '' : `, n = ${n.toLocaleString('en')}`}`;
}

function layoutOf({ kind, x, y, series }: ChartData, ink: Ink): Partial<Layout> {
  const axis = {
    gridcolor: ink.grid,
    zerolinecolor: ink.zero,
    linecolor: ink.grid,
    automargin: true,
    tickfont: { size: 12 },
  };
  const isHorizontal = kind === 'horizontal-bars';
  // Where every bar has its subject's name beside it, a legend would only repeat it.
  const isLabelled = series.every(({ subject, points }) => points.every((point) => point.x === subject.label));
  return {
    ...baseLayout(ink),
    barmode: isLabelled ? 'overlay' : 'group',
    bargap: 0.35,
    showlegend: series.length > 1 && !isLabelled,
    xaxis: {
      ...axis,
      title: { text: axisTitle(x), font: { size: 13 } },
      ...(x.format === undefined ? {} : { tickformat: x.format }),
    },
    yaxis: {
      ...axis,
      title: { text: isHorizontal ? '' : axisTitle(y), font: { size: 13 } },
      ...(isHorizontal ? { autorange: 'reversed' as const } : {}),
      ...(y.format === undefined ? {} : { tickformat: y.format }),
    },
  };
}
