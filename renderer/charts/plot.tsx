import type { Config, PlotlyHTMLElement } from 'plotly.js';
import Plotly from 'plotly.js/dist/plotly-strict.min.js';
import createPlotlyComponent from 'react-plotly.js/factory';
import { saveFile } from '../lib/save-file.ts';
import type { AnyChartData, Ranges } from './chart-data.ts';
import { type Figure, inkOf } from './figure.ts';
import { heatmapFigure } from './heatmap-figure.ts';
import { parallelFigure } from './parallel-figure.ts';
import { type Box, rangesAfter } from './parallel-ranges.ts';
import { pointsFigure } from './points-figure.ts';

const PlotlyComponent = createPlotlyComponent(Plotly);

const CONFIG: Partial<Config> = { displayModeBar: false, displaylogo: false, responsive: true };
const PICTURE = { width: 1000, height: 560 };

const MEDIA_TYPES = { svg: 'image/svg+xml', png: 'image/png' } as const;

/** Saves the chart as it is drawn. */
export type SaveImage = (format: keyof typeof MEDIA_TYPES, name: string) => Promise<void>;

interface PlotProps {
  readonly data: AnyChartData;
  readonly height: number;
  readonly dark: boolean;
  readonly emphasis: string | undefined;
  readonly onPick: ((label: string) => void) | undefined;
  /** A rectangle was drawn over axes that stand side by side. */
  readonly onRanges: ((ranges: Ranges) => void) | undefined;
  readonly onReady: (save: SaveImage) => void;
}

/** The drawn chart. It is loaded on demand: plotly is larger than the rest of the application. */
export default function Plot({ data, height, dark, emphasis, onPick, onRanges, onReady }: PlotProps) {
  const { traces, layout } = figureOf(data, dark, emphasis);
  const ready = (_: unknown, element: HTMLElement): void =>
    onReady(async (format, name) => {
      // On the page the ground shows through; in a file there would be none.
      const paper = { paper_bgcolor: dark ? '#16181d' : '#ffffff' };
      const drawn = figureOf(data, dark, undefined, true);
      const whole = { ...drawn.layout, height, ...paper, ...legendOf(data), title: { text: data.title } };
      const picture = { data: drawn.traces, layout: whole };
      const options = { format, ...PICTURE, ...sizeOf(element) };
      const address = await Plotly.toImage(picture as unknown as PlotlyHTMLElement, options);
      await saveFile(`${name}.${format}`, MEDIA_TYPES[format], contentOf(address));
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
        const label = point?.customdata ?? point?.data.name;
        if (typeof label === 'string') onPick?.(label);
      }}
      onSelected={(event) => {
        const box = (event as { readonly range?: Box } | undefined)?.range;
        if (data.kind === 'parallel' && box !== undefined) onRanges?.(rangesAfter(data, box));
      }}
    />
  );
}

/** In a file nothing beside the chart says which colour is which. */
function legendOf(data: AnyChartData): { readonly showlegend?: true } {
  return data.kind !== 'heatmap' && data.legend === 'saved' ? { showlegend: true } : {};
}

/** What a `data:` address holds. It can't be fetched: the page may fetch from its own origin only. */
function contentOf(address: string): Uint8Array<ArrayBuffer> {
  const comma = address.indexOf(',');
  const content = address.slice(comma + 1);
  return address.slice(0, comma).endsWith(';base64')
    ? Uint8Array.from(atob(content), (character) => character.charCodeAt(0))
    : new TextEncoder().encode(decodeURIComponent(content));
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { readonly width: number; readonly height: number } {
  return clientWidth > 0 ? { width: clientWidth, height: clientHeight + 40 } : PICTURE;
}

function figureOf(data: AnyChartData, dark: boolean, emphasis: string | undefined, apart = false): Figure {
  const ink = inkOf(dark);
  switch (data.kind) {
    case 'parallel':
      return parallelFigure(data, ink, emphasis, apart);
    case 'heatmap':
      return heatmapFigure(data, ink);
    default:
      return pointsFigure(data, ink, emphasis, apart);
  }
}
