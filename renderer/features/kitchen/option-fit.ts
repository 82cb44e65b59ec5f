import type { OptionField } from './option-fields.ts';

/** An option's value as far as a field of that name may have it too; undefined where it may not. */
function fitting(field: OptionField, value: unknown): unknown {
  if (field.kind === 'table') return fittingTable(field, value);
  if (field.varies && Array.isArray(value) && value.length > 0) {
    const fits = value.every((one) => fitsScalar(field, one) || fitsConditional(field, one));
    return fits ? value : undefined;
  }
  return fitsScalar(field, value) ? value : undefined;
}

/** The options of one recipe that another has as well: of the same name, and of a type that fits. */
export function carriedOver(
  options: Readonly<Record<string, unknown>>,
  fields: readonly OptionField[],
): Readonly<Record<string, unknown>> {
  const carried = fields.map((field) => [field.name, fitting(field, options[field.name])] as const);
  return Object.fromEntries(carried.filter(([, value]) => value !== undefined));
}

function fitsScalar(field: OptionField, value: unknown): boolean {
  switch (field.kind) {
    case 'number': {
      const { integer, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field;
      return typeof value === 'number' && value >= minimum && value <= maximum && (!integer || Number.isInteger(value));
    }
    case 'switch':
      return typeof value === 'boolean';
    case 'choice':
      return field.values.some((one) => one === value);
    case 'described':
      return field.choices.some((one) => one.value === value);
    case 'list':
      return Array.isArray(value) && value.every((one) => typeof one === (field.of === 'number' ? 'number' : 'string'));
    case 'text':
    case 'ingredient':
      return typeof value === 'string';
    // What these hold belongs together, and to the recipe that it was written for.
    case 'table':
    case 'groups':
    case 'steps':
    case 'other':
      return false;
  }
}

function fitsConditional(field: OptionField, row: unknown): boolean {
  const { value } = recordOf(row);
  return Array.isArray(value) ? value.every((one) => fitsScalar(field, one)) : fitsScalar(field, value);
}

function fittingTable({ columns }: Extract<OptionField, { readonly kind: 'table' }>, value: unknown): unknown {
  const rows = Object.entries(recordOf(value))
    .map(([ingredient, row]) => [ingredient, carriedOver(recordOf(row), columns)] as const)
    .filter(([, row]) => Object.keys(row).length > 0);
  return rows.length === 0 ? undefined : Object.fromEntries(rows);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
