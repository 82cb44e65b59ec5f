import { createHash } from 'node:crypto';

/**
 * SHA-256 of plain data, lower-case hex; the order of an object's keys does not matter. Everything that is kept to be found
 * again is named by such a key.
 */
export function contentKey(facts: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(facts, (_, value: unknown) => (isPlainObject(value) ? sorted(value) : value)))
    .digest('hex');
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
