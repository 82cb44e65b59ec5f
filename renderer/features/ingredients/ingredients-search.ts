export const ORIGINS = ['imported', 'trained'] as const;
type Origin = (typeof ORIGINS)[number];

/** What the list of ingredients shows; in the address, so that a view can be kept as a bookmark. */
export interface IngredientsSearch {
  /** Words that the name, the tags or a hyper-parameter must hold. */
  readonly q?: string;
  readonly origin?: Origin;
  readonly tag?: string;
  /** `name` or `-name` for descending; several, separated by commas. */
  readonly sort?: string;
  /** Columns that are shown, separated by commas; a sensible choice when left out. */
  readonly columns?: string;
  /** Ingredients that are chosen: their ids, separated by commas. */
  readonly selected?: string;
  /** How they descend from each other, instead of the table. */
  readonly view?: 'lineage';
  /** The ingredient whose details are open. */
  readonly open?: number;
  readonly dialog?: 'import' | 'train';
  /** The training that the dialog shows. */
  readonly job?: number;
}

export function validateIngredientsSearch(search: Record<string, unknown>): IngredientsSearch {
  const text = (key: 'q' | 'tag' | 'sort' | 'columns' | 'selected'): Partial<Record<typeof key, string>> => {
    const value = search[key];
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? { [key]: String(value) } : {};
  };
  const origin = ORIGINS.find((known) => known === search.origin);
  const id = (key: 'open' | 'job'): Partial<Record<typeof key, number>> => {
    const value = Number(search[key]);
    return Number.isInteger(value) && value > 0 ? { [key]: value } : {};
  };
  return {
    ...text('q'),
    ...text('tag'),
    ...text('sort'),
    ...text('columns'),
    ...text('selected'),
    ...(origin === undefined ? {} : { origin }),
    ...id('open'),
    ...id('job'),
    ...(search.view === 'lineage' ? { view: 'lineage' } : {}),
    ...(search.dialog === 'import' || search.dialog === 'train' ? { dialog: search.dialog } : {}),
  };
}

export interface SortedColumn {
  readonly id: string;
  readonly desc: boolean;
}

export function sortingOf(text: string | undefined): SortedColumn[] {
  return (text ?? '')
    .split(',')
    .filter((part) => part !== '' && part !== '-')
    .map((part) => (part.startsWith('-') ? { id: part.slice(1), desc: true } : { id: part, desc: false }));
}

export function textOfSorting(sorting: readonly SortedColumn[]): string {
  return sorting.map(({ id, desc }) => (desc ? `-${id}` : id)).join(',');
}

export function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter((part) => part !== '');
}
