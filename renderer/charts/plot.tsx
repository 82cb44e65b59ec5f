import type { Config, PlotlyHTMLElement } from 'plotly.js';
import Plotly from 'plotly.js/dist/plotly-strict.min.js';
import createPlotlyComponent from 'react-plotly.js/factory';
import type { AnyChartData } from './chart-data.ts';
import { type Figure, inkOf } from './figure.ts';
import { heatmapFigure } from './heatmap-figure.ts';
import { parallelFigure } from './parallel-figure.ts';
import { pointsFigure } from './points-figure.ts';

const PlotlyComponent = createPlotlyComponent(Plotly);

const CONFIG: Partial<Config> = { displayModeBar: false, displaylogo: false, responsive: true };
const PICTURE = { width: 1000, height: 560 };

/** Has the reader's program save the chart as it is drawn. */
export type SaveImage = (format: 'svg' | 'png', name: string) => void;

interface PlotProps {
  readonly data: AnyChartData;
  readonly height: number;
  readonly dark: boolean;
  readonly emphasis: string | undefined;
  readonly onPick: ((label: string) => void) | undefined;
  readonly onReady: (save: SaveImage) => void;
}

/** The drawn chart. It is loaded on demand: plotly is larger than the rest of the application. */
export default function Plot({ data, height, dark, emphasis, onPick, onReady }: PlotProps) {
  const { traces, layout } = figureOf(data, dark, emphasis);
  const ready = (_: unknown, element: HTMLElement): void =>
    onReady((format, filename) => {
      // On the page the ground shows through; in a file there would be none.
      const paper = { paper_bgcolor: dark ? '#16181d' : '#ffffff' };
      const picture = { data: traces, layout: { ...layout, ...paper, ...legendOf(data), title: { text: data.title } } };
      void Plotly.downloadImage(picture as unknown as PlotlyHTMLElement, {
        format,
        filename,
        ...PICTURE,
        ...sizeOf(element),
      });
    });
  return (
    <PlotlyComponent
      data={traces}
      layout={{ ...layout, height, autosize: true }}
      config={CONFIG}
      useResizeHandler
      style={{ width: '100%', height }}
      onInitialized={ready}
      onUpdate={ready}
      onClick={({ points: [point] }) => {
        const label = point?.data.name;
        if (label !== undefined) onPick?.(label);
      }}
    />
  );
}

/** In a file nothing beside the chart says which colour is which. */
function legendOf(data: AnyChartData): { readonly showlegend?: true } {
  return data.kind !== 'heatmap' && data.legend === 'saved' ? { showlegend: true } : {};
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { readonly width: number; readonly height: number } {
  return clientWidth > 0 ? { width: clientWidth, height: clientHeight + 40 } : PICTURE;
}

function figureOf(data: AnyChartData, dark: boolean, emphasis: string | undefined): Figure {
  const ink = inkOf(dark);
  switch (data.kind) {
    case 'parallel':
      return parallelFigure(data, ink, emphasis);
    case 'heatmap':
      return heatmapFigure(data, ink);
    default:
      return pointsFigure(data, ink, emphasis);
  }
}
