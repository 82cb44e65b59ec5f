/** What the data page shows; in the address, so that a view can be kept as a bookmark. */
export interface DataSearch {
  /** The split that is looked into; the first one when left out. */
  readonly split?: number;
  /** Only samples of this class. */
  readonly label?: number;
  readonly dialog?: 'add';
}

export function validateDataSearch(search: Record<string, unknown>): DataSearch {
  const whole = (key: 'split' | 'label', least: number): Partial<Record<typeof key, number>> => {
    const value = Number(search[key] ?? Number.NaN);
    return Number.isInteger(value) && value >= least ? { [key]: value } : {};
  };
  return { ...whole('split', 1), ...whole('label', 0), ...(search.dialog === 'add' ? { dialog: 'add' } : {}) };
}
