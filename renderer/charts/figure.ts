import type { Data, Layout } from 'plotly.js';

/** What plotly is given. */
export interface Figure {
  readonly traces: Data[];
  readonly layout: Partial<Layout>;
}

/** Colours of everything that is no data. */
export interface Ink {
  readonly text: string;
  readonly grid: string;
  readonly zero: string;
  readonly isDark: boolean;
}

export function inkOf(isDark: boolean): Ink {
  return isDark
    ? { text: '#c9ced6', grid: '#2c3038', zero: '#7b828e', isDark }
    : { text: '#3b424c', grid: '#e8ebef', zero: '#8a919b', isDark };
}

const FONT = 'system-ui, sans-serif';

/** How much of a subject is seen while another one stands out. */
export function opacityOf(label: string, emphasis: string | undefined): number {
  return emphasis === undefined || emphasis === label ? 1 : 0.22;
}

export function baseLayout({ text }: Ink): Partial<Layout> {
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: FONT, size: 13, color: text },
    margin: { l: 56, r: 16, t: 16, b: 48 },
    hoverlabel: { font: { family: FONT } },
    legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom' },
  };
}
