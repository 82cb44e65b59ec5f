/** Which file's origin is looked at; in the address, so that Back leads to it again. */
export interface OriginSearch {
  readonly file: string;
  /** Where ingredients are looked for that are not where they were. */
  readonly folder?: string;
  /** The project at hand when the file came in. */
  readonly project?: number;
}

export function validateOriginSearch(search: Record<string, unknown>): OriginSearch {
  const { file, folder, project } = search;
  return {
    file: typeof file === 'string' ? file : '',
    ...(typeof folder === 'string' && folder !== '' ? { folder } : {}),
    ...(typeof project === 'number' && Number.isInteger(project) && project > 0 ? { project } : {}),
  };
}
