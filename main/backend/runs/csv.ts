import type { RunColumn } from '../../../db/repositories/run-columns.ts';
import type { RunRow } from '../../../db/repositories/run-list.ts';

const OWN: Readonly<Record<string, (row: RunRow) => string | number | null>> = {
  id: ({ id }) => id,
  recipe: ({ recipe }) => recipe,
  status: ({ status }) => status,
  tags: ({ tags }) => tags.join(' '),
  summary: ({ summary }) => summary,
  seed: ({ seed }) => seed,
  seconds: ({ seconds }) => seconds,
  created: ({ createdAt }) => createdAt,
  finished: ({ finishedAt }) => finishedAt,
  notes: ({ notes }) => notes,
};

/** A table of runs as RFC 4180 has it; the first line names the columns by their id, so that a program can rely on them. */
export function csvOf(columns: readonly RunColumn[], rows: readonly RunRow[]): string {
  const lines = rows.map((row) => columns.map(({ id }) => OWN[id]?.(row) ?? row.values[id] ?? ''));
  return [columns.map(({ id }) => id), ...lines].map((line) => line.map(cell).join(',').concat('\r\n')).join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A spreadsheet would take a text that begins like a formula for one, and run it.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
