/** What a form knows of a split's source, before it is one. */
export interface SourceDraft {
  readonly format: string;
  /** The format's own options, by name. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly rows: RowsDraft;
  readonly corruption: CorruptionDraft | undefined;
  readonly normalization: Normalization | undefined;
}

export interface RowsDraft {
  readonly from?: number | undefined;
  /** The first row no longer taken. */
  readonly to?: number | undefined;
  readonly shuffle?: number | undefined;
  readonly stratified: boolean;
}

export interface CorruptionDraft {
  readonly kind: string;
  readonly severity: number;
  readonly seed: number;
}

export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export const EMPTY_DRAFT: SourceDraft = {
  format: '',
  values: {},
  rows: { stratified: false },
  corruption: undefined,
  normalization: undefined,
};

/** Options that every format has and the form has places of their own for. */
const SHARED = new Set(['format', 'rows', 'corruption', 'normalization', 'sha256']);

export function isOwnOption(name: string): boolean {
  return !SHARED.has(name);
}

/** As a recipe file would say it; what was left empty is left out. */
export function sourceOf({ format, values, rows, corruption, normalization }: SourceDraft): Record<string, unknown> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return {
    format,
    ...Object.fromEntries(given),
    ...(rows.to === undefined ? {} : { rows: rowsOf(rows) }),
    ...(corruption === undefined ? {} : { corruption: { ...corruption } }),
    ...(normalization === undefined ? {} : { normalization: { ...normalization } }),
  };
}

/** Classes are spread evenly only in an order that a seed gives. */
function rowsOf({ from = 0, to, shuffle, stratified }: RowsDraft): Record<string, unknown> {
  return { from, to, ...(shuffle === undefined ? {} : { shuffle, ...(stratified ? { stratified } : {}) }) };
}

/** A name to begin with: what tells the split from others of its role. */
export function nameFor(role: string, corruption: CorruptionDraft | undefined, taken: readonly string[]): string {
  const wanted = corruption === undefined ? (role === 'test' ? 'clean' : role) : corruption.kind;
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted}-${number}`)) number++;
  return `${wanted}-${number}`;
}
