import { type Markup, markup } from '../markup.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An SVG that fills the column it stands in and is read out by its label. */
export function figure(width: number, height: number, label: string, content: readonly Markup[]): Markup {
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${content}</svg>`;
}

/** Coordinates with at most two digits keep the file small. */
export function px(value: number): number {
  return Math.round(100 * value) / 100;
}

/**
 * A range of scores as an axis shows it: the values with some air, never beyond 0 and what is the most there can be.
 * @param least width of the range, so that noise is not blown up to fill a chart
 */
export function zoomedRange(values: readonly number[], least: number, most = 1): readonly [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = Math.max(0.12 * (high - low), (least - (high - low)) / 2);
  return [Math.max(0, low - air), Math.min(most, high + air)];
}

/** How many digits tell neighbouring ticks apart: 0.5 % steps need one. */
export function tickLabel(share: number, step: number): string {
  const digits = Math.max(0, Math.min(3, -Math.floor(Math.log10(100 * step) + 1e-9)));
  return `${(100 * share).toFixed(digits)} %`;
}
