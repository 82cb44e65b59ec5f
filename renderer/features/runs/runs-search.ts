import type { RunColumn } from '../../../preload/contract/runs.ts';

/** What the table of runs shows; in the address, so that a view can be kept as a bookmark. */
export interface RunsSearch {
  /** A filter: `recipe = greedy and clean > 98%`. */
  readonly q?: string;
  /** `seed` or `-accuracy.clean` for descending; several, separated by commas. */
  readonly sort?: string;
  /** Columns that are shown, in order, separated by commas; a sensible choice when left out. */
  readonly columns?: string;
  /** Widths in pixels of columns that were resized: `summary:320,notes:200`. */
  readonly widths?: string;
  /** Runs that differ by their seed alone become one line. */
  readonly group?: 'seed';
  /** The run that all others are compared with. */
  readonly base?: number;
  /** Ids of chosen runs, separated by commas. */
  readonly selected?: string;
}

const TEXTS = ['q', 'sort', 'columns', 'widths', 'selected'] as const;

export function validateRunsSearch(search: Record<string, unknown>): RunsSearch {
  const texts = TEXTS.flatMap((key) => {
    const value = search[key];
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[key, String(value)]] : [];
  });
  const base = Number(search.base);
  return {
    ...(Object.fromEntries(texts) as RunsSearch),
    ...(search.group === 'seed' ? { group: 'seed' } : {}),
    ...(Number.isInteger(base) && base > 0 ? { base } : {}),
  };
}

export interface ColumnOrder {
  readonly column: string;
  readonly descending: boolean;
}

const NEWEST_FIRST: readonly ColumnOrder[] = [{ column: 'id', descending: true }];

export function sortOf(text: string | undefined): readonly ColumnOrder[] {
  const parts = listOf(text).filter((part) => part !== '-');
  if (parts.length === 0) return NEWEST_FIRST;
  return parts
    .map((part) =>
      part.startsWith('-') ? { column: part.slice(1), descending: true } : { column: part, descending: false },
    )
    .slice(0, 4);
}

export function textOfSort(sort: readonly ColumnOrder[]): string {
  return sort.map(({ column, descending }) => `${descending ? '-' : ''}${column}`).join(',');
}

/** A click on a column's head: sorts by it, turns the order round, then lets go of it; `further` keeps the columns before it. */
export function toggledSort(sort: readonly ColumnOrder[], column: string, further: boolean): readonly ColumnOrder[] {
  const at = sort.findIndex((order) => order.column === column);
  const now = sort[at];
  if (now === undefined) return [...(further ? sort : []), { column, descending: true }].slice(-4);
  const next = now.descending ? [{ column, descending: false }] : [];
  return further ? [...sort.slice(0, at), ...next, ...sort.slice(at + 1)] : next;
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter((part) => part !== '');
}

export function idsOf(text: string | undefined): readonly number[] {
  return [...new Set(listOf(text).map(Number))].filter((id) => Number.isInteger(id) && id > 0);
}

export function widthsOf(text: string | undefined): Readonly<Record<string, number>> {
  const pairs = listOf(text).map((part) => {
    const at = part.lastIndexOf(':');
    return [part.slice(0, at), Number(part.slice(at + 1))] as const;
  });
  return Object.fromEntries(pairs.filter(([id, width]) => id !== '' && width >= 40 && width <= 2000));
}

export function textOfWidths(widths: Readonly<Record<string, number>>): string {
  return Object.entries(widths)
    .map(([id, width]) => `${id}:${Math.round(width)}`)
    .join(',');
}

/** The columns that the address names, as far as they exist; else those that say most. */
export function shownColumns(text: string | undefined, all: readonly RunColumn[]): readonly RunColumn[] {
  const named = listOf(text).flatMap((id) => all.find((column) => column.id === id) ?? []);
  if (named.length > 0) return named;
  const first = all.find(({ id }) => id === 'accuracy.clean') ?? all.find(({ id }) => id.startsWith('accuracy.'));
  const name = first?.id.slice('accuracy.'.length) ?? '';
  // What says most comes first: all but the tags is in sight in a window of 1280 pixels.
  const ids = ['id', 'recipe', 'status', `accuracy.${name}`, `lead.${name}`, 'shifted', 'created', 'seconds', 'tags'];
  return ids.flatMap((id) => all.find((column) => column.id === id) ?? []);
}

/** The columns with one of them moved beside its neighbour; as they were where there is none. */
export function movedColumn(ids: readonly string[], id: string, by: number): readonly string[] {
  const from = ids.indexOf(id);
  const to = from + by;
  if (from === -1 || to < 0 || to >= ids.length) return ids;
  const others = ids.filter((other) => other !== id);
  return [...others.slice(0, to), id, ...others.slice(to)];
}
