import { formatSignificant } from '../../lib/format.ts';
export type Plain = string | number | boolean;

/** `{ augmentation: { shift: 1 } }` as `augmentation.shift` → 1; lists as text. What holds nothing is left out. */
export function flattened(hyperparameters: Readonly<Record<string, unknown>>, prefix = ''): ReadonlyMap<string, Plain> {
  const entries = Object.entries(hyperparameters).flatMap(([key, value]): (readonly [string, Plain])[] => {
    const name = `${prefix}${key}`;
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[name, value.join(', ')]];
    if (typeof value === 'object') return [...flattened(value as Record<string, unknown>, `${name}.`)];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : [];
  });
  return new Map(entries);
}

/** `learningRate` → `Learning rate`, `augmentation.shift` → `Augmentation: shift`. */
export function titleOf(key: string): string {
  const words = key
    .replaceAll('.', ': ')
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_whole, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function textOfValue(value: Plain | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'number') return String(value);
  const isSmall = value !== 0 && Math.abs(value) < 0.001;
  return isSmall ? value.toExponential().replace('e-', 'e−') : formatSignificant(value, 6);
}

export interface HyperparameterKeys {
  /** In the order in which they first appear. */
  readonly all: readonly string[];
  /** Those that tell the subjects apart: not everyone has the same value. */
  readonly varying: ReadonlySet<string>;
}

export function keysOf(subjects: readonly ReadonlyMap<string, Plain>[]): HyperparameterKeys {
  const all = [...new Set(subjects.flatMap((subject) => [...subject.keys()]))];
  const described = subjects.filter((subject) => subject.size > 0);
  const varying = all.filter((key) => new Set(described.map((subject) => subject.get(key))).size > 1);
  return { all, varying: new Set(varying) };
}
