import type { Config, Data, Layout } from 'plotly.js';
import Plotly from 'plotly.js/dist/plotly-strict.min.js';
import createPlotlyComponent from 'react-plotly.js/factory';
import { axisTitle, type ChartData, type Series } from './chart-data.ts';
import { colorOf, markOf, patternOf } from './palette.ts';

const PlotlyComponent = createPlotlyComponent(Plotly);

const CONFIG: Partial<Config> = {
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'],
  toImageButtonOptions: { format: 'svg' },
};

interface PlotProps {
  readonly data: ChartData;
  readonly height: number;
  readonly dark: boolean;
}

/** The drawn chart. It is loaded on demand: plotly is larger than the rest of the application. */
export default function Plot({ data, height, dark }: PlotProps) {
  return (
    <PlotlyComponent
      data={data.series.map((series) => traceOf(series, data))}
      layout={layoutOf(data, height, dark)}
      config={CONFIG}
      useResizeHandler
      style={{ width: '100%', height }}
    />
  );
}

function traceOf({ subject, points }: Series, { kind, y, x }: ChartData): Data {
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
      }
    : undefined;
  const shared = {
    name: subject.label,
    text: points.map(({ n }) => (n === undefined ? '' : `, n = ${n.toLocaleString('en')}`)),
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
        hovertemplate: `%{x}: %{y:${format}}${unit}%{text}`,
        ...(intervals === undefined ? {} : { error_y: intervals }),
      } as Data;
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
      } as Data;
    case 'scatter':
    case 'lines':
      return {
        ...shared,
        type: 'scatter',
        mode: kind === 'lines' ? 'lines' : 'markers',
        x: places,
        y: values,
        line: { color, width: 2 },
        marker: { color, symbol: markOf(subject), size: 11 },
        hovertemplate: `(%{x}, %{y:${format}}${unit})%{text}`,
        ...(intervals === undefined ? {} : { error_y: intervals }),
      } as Data;
  }
}

function layoutOf({ kind, x, y, series }: ChartData, height: number, dark: boolean): Partial<Layout> {
  const ink = dark ? '#c9ced6' : '#3b424c';
  const grid = dark ? '#2c3038' : '#e8ebef';
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true, tickfont: { size: 12 } };
  const isHorizontal = kind === 'horizontal-bars';
  // Where every bar has its subject's name beside it, a legend would only repeat it.
  const isLabelled = series.every(({ subject, points }) => points.every((point) => point.x === subject.label));
  return {
    height,
    autosize: true,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: 'system-ui, sans-serif', size: 13, color: ink },
    margin: { l: 56, r: 16, t: 12, b: 48 },
    barmode: 'group',
    bargap: 0.35,
    showlegend: series.length > 1 && !isLabelled,
    legend: { orientation: 'h', y: -0.2 },
    hoverlabel: { font: { family: 'system-ui, sans-serif' } },
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
