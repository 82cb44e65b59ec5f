import type { Data } from 'plotly.js';
import { axisTitle, type ParallelData } from './chart-data.ts';
import { baseLayout, type Figure, type Ink, opacityOf } from './figure.ts';
import { colorOf, markOf } from './palette.ts';

/**
 * Parallel coordinates: every axis runs from its smallest to its largest value, which stand at its ends. Drawn as lines, not with
 * plotly's own trace for it, which needs WebGL and knows no marks.
 */
export function parallelFigure({ axes, lines, legend }: ParallelData, ink: Ink, emphasis: string | undefined): Figure {
  const ranges = axes.map((_, place) => rangeOf(lines.flatMap(({ values }) => values[place] ?? [])));
  const titles = axes.map(axisTitle);
  const traces = lines.map(({ subject, values }): Data => {
    const isSpecial = subject.label === emphasis;
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name: subject.label,
      x: titles,
      y: values.map((value, place) => (value === null ? null : shareOf(value, ranges[place]!))),
      connectgaps: true,
      opacity: opacityOf(subject.label, emphasis),
      line: { color: colorOf(subject), width: isSpecial ? 4 : 2 },
      marker: { color: colorOf(subject), symbol: markOf(subject), size: 9 },
      text: values.map((value, place) => (value === null ? '' : written(value, axes[place]!.unit))),
      hovertemplate: '%{x}: %{text}',
    } as Data;
  });
  const ends = ranges.flatMap(({ low, high }, place) =>
    [
      { y: -0.07, value: low },
      { y: 1.07, value: high },
    ].map(({ y, value }) => ({
      x: titles[place]!,
      y,
      text: value === undefined ? '' : written(value, undefined),
      showarrow: false,
      font: { size: 11, color: ink.text },
    })),
  );
  return {
    traces,
    layout: {
      ...baseLayout(ink),
      margin: { l: 32, r: 32, t: 8, b: 40 },
      annotations: ends,
      showlegend: legend !== 'saved',
      xaxis: { gridcolor: ink.zero, automargin: true, tickfont: { size: 12 }, type: 'category' },
      yaxis: { visible: false, range: [-0.13, 1.13], fixedrange: true },
    },
  };
}

interface Range {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

function rangeOf(values: readonly number[]): Range {
  if (values.length === 0) return { low: undefined, high: undefined };
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** Where a value is between the ends; in the middle where there is no difference. */
function shareOf(value: number, { low = value, high = value }: Range): number {
  return high === low ? 0.5 : (value - low) / (high - low);
}

function written(value: number, unit: string | undefined): string {
  return `${value.toLocaleString('en', { maximumSignificantDigits: 4 })}${unit === undefined ? '' : ` ${unit}`}`;
}
