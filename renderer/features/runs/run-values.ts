import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { formatAgo, formatCount, formatSeconds, formatSignificant, signed } from '../../lib/format.ts';
import { formatScore, formatStep } from '../../lib/metric-format.ts';

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
    case 'nats':
    case 'number':
      return formatScore(value, { unit: kind });
    case 'points':
      return `${signed(100 * value, 2)} pp`;
    case 'seconds':
      return formatSeconds(value);
    default:
      return Number.isInteger(value) ? formatCount(value) : formatSignificant(value, 5);
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
  { kind, better = 'higher' }: Pick<RunColumn, 'kind' | 'better'>,
): { readonly text: string; readonly better: boolean | null } | undefined {
  if (typeof value !== 'number' || typeof base !== 'number') return undefined;
  const difference = value - base;
  const isBetter = difference === 0 ? null : difference > 0 === (better === 'higher');
  switch (kind) {
    case 'share':
    case 'nats':
    case 'number':
      return { text: formatStep(difference, { unit: kind }), better: isBetter };
    case 'points':
      return { text: formatStep(difference, { unit: 'share' }), better: isBetter };
    default:
      return undefined;
  }
}

const FIGURES: ReadonlySet<RunColumn['kind']> = new Set(['share', 'points', 'nats', 'number', 'seconds', 'count']);

export function isFigure(kind: RunColumn['kind']): boolean {
  return FIGURES.has(kind);
}
