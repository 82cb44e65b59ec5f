/** What of a run is open; in the address, so that it can be kept as a bookmark. */
export interface RunSearch {
  readonly export?: true;
  readonly report?: true;
}

export function validateRunSearch(search: Record<string, unknown>): RunSearch {
  return {
    ...(search.export === true ? { export: true } : {}),
    ...(search.report === true ? { report: true } : {}),
  };
}
