/** What the service says against fields, below one place in the recipe file. */
export interface FieldErrors {
  /** Of this very field. */
  readonly at: (place: string) => string | undefined;
  /** Of this field, or of the first thing within it. */
  readonly within: (place: string) => string | undefined;
}

/** @param prefix the place that fields are named from; nothing for the file as a whole */
export function fieldErrors(errors: ReadonlyMap<string, string>, prefix = ''): FieldErrors {
  const full = (place: string): string => (prefix === '' ? place : `${prefix}.${place}`);
  const at = (place: string): string | undefined => errors.get(full(place));
  return {
    at,
    within: (place) => at(place) ?? [...errors].find(([field]) => field.startsWith(`${full(place)}.`))?.[1],
  };
}
