import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { formatAgo, formatCount, formatSeconds } from '../../lib/format.ts';

export type RunValue = number | string | readonly string[] | null;

const OWN: Readonly<Record<string, (row: RunRow) => RunValue>> = {
  id: ({ id }) => id,
  recipe: ({ recipe }) => recipe,
  status: ({ status }) => status,
  tags: ({ tags }) => tags,
  summary: ({ summary }) => summary,
  seed: ({ seed }) => seed,
  seconds: ({ seconds }) => seconds,
  created: ({ createdAt }) => createdAt,
  finished: ({ finishedAt }) => finishedAt,
  notes: ({ notes }) => notes,
};

export function runValue(row: RunRow, column: string): RunValue {
  return OWN[column]?.(row) ?? row.values[column] ?? null;
}

/** A number of a column of this kind, as it is written in a table. */
export function formatFigure(value: number, kind: RunColumn['kind']): string {
  switch (kind) {
    case 'share':
      return `${(100 * value).toFixed(2)} %`;
    case 'points':
      return `${signed(100 * value, 2)} pp`;
    case 'nats':
      return value.toFixed(4);
    case 'seconds':
      return formatSeconds(value);
    default:
      return Number.isInteger(value) ? formatCount(value) : value.toLocaleString('en', { maximumSignificantDigits: 5 });
  }
}

export function formatValue(value: RunValue, kind: RunColumn['kind']): string {
  if (value === null) return '';
  if (typeof value === 'number') return formatFigure(value, kind);
  if (typeof value !== 'string') return value.join(', ');
  return kind === 'moment' ? formatAgo(value) : value;
}

/** How far a figure is from the baseline's, and whether that is better; undefined where there is nothing to tell. */
export function deltaOf(
  value: RunValue,
  base: RunValue,
  kind: RunColumn['kind'],
): { readonly text: string; readonly better: boolean | null } | undefined {
  if (typeof value !== 'number' || typeof base !== 'number') return undefined;
  const difference = value - base;
  switch (kind) {
    case 'share':
    case 'points':
      return { text: signed(100 * difference, 2), better: difference === 0 ? null : difference > 0 };
    case 'nats':
      return { text: signed(difference, 4), better: difference === 0 ? null : difference < 0 };
    default:
      return undefined;
  }
}

export function isFigure(kind: RunColumn['kind']): boolean {
  return kind === 'share' || kind === 'points' || kind === 'nats' || kind === 'seconds' || kind === 'count';
}

export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? '−' : '+'}${text}`;
}
