import type { Figures } from '../../preload/contract/base.ts';
import type { Metric } from '../../preload/contract/metrics.ts';
import { signed } from './format.ts';

type Written = Pick<Metric, 'unit'>;

const DIGITS = { share: 2, nats: 4, number: 4 } as const;

/** `98.25 %`, `0.0512`; the number alone is in the metric's own scale (see `scaled`). */
export function formatScore(value: number, { unit }: Written): string {
  const text = scaled(value, { unit }).toFixed(DIGITS[unit]);
  return unit === 'share' ? `${text} %` : text;
}

/** `97.88–98.61 %`, `0.0480–0.0544`. */
export function formatInterval(
  { low, high }: { readonly low: number; readonly high: number },
  written: Written,
): string {
  return `${scaled(low, written).toFixed(DIGITS[written.unit])}–${formatScore(high, written)}`;
}

/** `+0.31 pp`, `−0.0044`. */
export function formatDifference(value: number, { unit }: Written): string {
  return unit === 'share' ? `${formatStep(value, { unit })} pp` : formatStep(value, { unit });
}

/** The same without its unit. */
export function formatStep(value: number, { unit }: Written): string {
  return signed(scaled(value, { unit }), DIGITS[unit]);
}

/** How much, without its sign: `0.40 points of accuracy`, `0.0123 nats of cross-entropy`. */
export function amountOf(value: number, { unit, phrase }: Pick<Metric, 'unit' | 'phrase'>): string {
  const text = Math.abs(scaled(value, { unit })).toFixed(DIGITS[unit]);
  const units = { share: text === '1.00' ? ' point' : ' points', nats: ' nats', number: '' }[unit];
  return `${text}${units} of ${phrase}`;
}

/** What p is of, in words. */
export const TEST_NAMES = { mcnemar: 'exact McNemar test', bootstrap: 'paired bootstrap' } as const;

/** A score as it is drawn: shares in per cent. */
export function scaled(value: number, { unit }: Written): number {
  return unit === 'share' ? 100 * value : value;
}

/** An axis of scores, and one of their differences. */
export function scoreAxis({ unit }: Written): { readonly unit?: string; readonly format: string } {
  return { ...(unit === 'number' ? {} : { unit: unit === 'share' ? '%' : unit }), format: `.${DIGITS[unit]}f` };
}

export function differenceAxis({ unit }: Written): { readonly unit?: string; readonly format: string } {
  return {
    ...(unit === 'number' ? {} : { unit: unit === 'share' ? 'percentage points' : unit }),
    format: `+.${DIGITS[unit]}f`,
  };
}

/** Positive where the first is the better one. */
export function advantage(first: number, second: number, { better }: Pick<Metric, 'better'>): number {
  return better === 'higher' ? first - second : second - first;
}

/** A score by a metric; undefined where it is not known or has no figure. */
export function figureOf(score: { readonly figures: Figures } | null | undefined, metric: string): number | undefined {
  return score?.figures[metric]?.value ?? undefined;
}
