import type { Reading } from './checkpoint.ts';

/**
 * The reading in one form, so that equal readings are equal texts; undefined where the content alone says how to read the file. The
 * order of names counts for nothing.
 */
export function readingKey({ stateDict, names }: Reading = {}): string | undefined {
  if (stateDict === undefined && names === undefined) return undefined;
  const pairs = names === undefined ? null : Object.entries(names).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([stateDict ?? null, pairs]);
}

export function isSameReading(a: Reading | undefined, b: Reading | undefined): boolean {
  return readingKey(a) === readingKey(b);
}
