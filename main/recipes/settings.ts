import { z } from 'zod';

/** What an option may be: a number, a switch, or a word. */
export type Scalar = number | boolean | string;

/**
 * An option that may differ from tensor to tensor, as mergekit writes it: one value; several, spread evenly over the network's depth;
 * or a list of these for the tensors whose names contain a filter, of which the first that fits counts.
 */
export type Setting = Scalar | readonly Scalar[] | readonly Conditional[];

interface Conditional {
  /** Part of a tensor's name; `*` or nothing for all. */
  readonly filter?: string | null | undefined;
  readonly value: Scalar | readonly Scalar[];
}

/** The schema of a setting whose values are `scalar`s. The plain value comes first: forms show that. */
export function settingOf(scalar: z.ZodType): z.ZodType {
  const bare = withoutDefault(scalar);
  const gradient = z.array(bare).min(1);
  const conditional = z.strictObject({ filter: z.string().nullish(), value: z.union([bare, gradient]) });
  return z.union([bare, gradient, z.array(conditional).min(1)]);
}

function withoutDefault(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema;
}

/** Where a setting has values that are spread over the depth; undefined where it has none. */
export function gradientIn(setting: Setting): readonly (string | number)[] | undefined {
  if (!Array.isArray(setting)) return undefined;
  const entries = setting as readonly (Scalar | Conditional)[];
  if (typeof entries[0] !== 'object') return entries.length > 1 ? [] : undefined;
  const index = (entries as readonly Conditional[]).findIndex(({ value }) => Array.isArray(value) && value.length > 1);
  return index === -1 ? undefined : [index, 'value'];
}

/**
 * What a setting comes to for a tensor.
 * @param depth of the tensor, from 0 to 1
 * @returns undefined where no filter fits
 */
export function settle(setting: Setting, tensor: string, depth: number): Scalar | undefined {
  if (!Array.isArray(setting)) return setting as Scalar;
  const [first] = setting as readonly (Scalar | Conditional)[];
  if (typeof first !== 'object') return alongGradient(setting as readonly Scalar[], depth);
  const fitting = (setting as readonly Conditional[]).find(
    ({ filter }) => filter === undefined || filter === null || filter === '*' || tensor.includes(filter),
  );
  return fitting === undefined ? undefined : settle(fitting.value, tensor, depth);
}

/** Numbers are interpolated; of words and switches the one that is reached counts. */
function alongGradient(values: readonly Scalar[], depth: number): Scalar | undefined {
  const place = depth * (values.length - 1);
  const index = Math.min(Math.floor(place), values.length - 1);
  if (!values.every((value) => typeof value === 'number')) return values[index];
  const next = Math.min(index + 1, values.length - 1);
  const share = place - index;
  return (1 - share) * (values[index] as number) + share * (values[next] as number);
}
