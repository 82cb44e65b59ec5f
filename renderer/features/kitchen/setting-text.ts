import type { OptionField } from './option-fields.ts';

export type Scalar = number | boolean | string;

/** A value for the tensors whose names contain the filter. */
export interface Conditional {
  readonly filter?: string | null;
  readonly value: Scalar | readonly Scalar[];
}

/** How an option varies: not at all, evenly over the network's depth, or by the names of tensors. */
export type Variation = 'same' | 'depth' | 'name';

export function variationOf(value: unknown): Variation {
  if (!Array.isArray(value)) return 'same';
  return value.some((one) => typeof one === 'object' && one !== null) ? 'name' : 'depth';
}

/** The same option varied in another way, beginning with what it was. */
export function variedAs(value: unknown, variation: Variation, field: OptionField): unknown {
  const first = firstScalar(value) ?? (field.defaultValue as Scalar | undefined) ?? startOf(field);
  if (variation === 'same') return first === field.defaultValue ? undefined : first;
  return variation === 'depth' ? [first, first] : [{ filter: '*', value: first }];
}

function firstScalar(value: unknown): Scalar | undefined {
  if (Array.isArray(value)) return firstScalar(value[0]);
  if (typeof value === 'object' && value !== null) return firstScalar((value as Partial<Conditional>).value);
  return value === undefined || value === null ? undefined : (value as Scalar);
}

function startOf(field: OptionField): Scalar {
  if (field.kind === 'choice') return field.values[0] ?? '';
  return field.kind === 'switch' ? false : field.kind === 'number' ? 0 : '';
}

/** What is typed for one value, or for several over the depth; undefined where it is neither. */
export function readSetting(text: string, kind: OptionField['kind']): Scalar | readonly Scalar[] | undefined {
  const values = text
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .map((word) => readScalar(word, kind));
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return values.length === 1 ? values[0] : (values as readonly Scalar[]);
}

function readScalar(word: string, kind: OptionField['kind']): Scalar | undefined {
  if (kind === 'switch') return word === 'true' ? true : word === 'false' ? false : undefined;
  if (kind !== 'number') return word;
  const number = Number(word);
  return Number.isFinite(number) ? number : undefined;
}

export function writtenSetting(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}
