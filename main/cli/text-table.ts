import { printable } from './printable.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align: 'left' | 'right';
}

/** Rows under titles, each column as wide as its widest cell. `null` is a line between groups of rows. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[] | null)[]): string {
  const cells = rows.map((row) => row?.map(printable) ?? null);
  const widths = columns.map(({ title }, i) =>
    cells.reduce((width, row) => Math.max(width, row?.[i]?.length ?? 0), title.length),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, i) => (align === 'left' ? row[i]!.padEnd(widths[i]!) : row[i]!.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), rule, ...cells.map((row) => (row === null ? rule : line(row)))]
    .map((text) => `  ${text}`)
    .join('\n');
}

/** `97.12 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** `4,855` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `12.3 s`, `4 min 5 s` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
