import { z } from 'zod';
import { RECIPES, TRANSFORMATIONS } from '../../recipes/index.ts';

/** A place among a recipe's options: `['steps', 1, 'options', 'density']`. */
export type OptionPlace = readonly (string | number)[];

/** An option that is a number, as far as its schema and the options at hand say. */
export interface NumericOption {
  readonly place: OptionPlace;
  /** The place as the command line has it: `steps.1.options.density`. */
  readonly name: string;
  readonly description: string;
  readonly integer: boolean;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** As it is written or else its default; null where leaving it out means something of its own. */
  readonly value: number | null;
  /** What could be tried. */
  readonly proposed: { readonly from: number; readonly to: number; readonly steps: number };
}

type Schema = Readonly<Record<string, unknown>>;

interface Surroundings {
  /** Of those that go in and are not the base: options by ingredient are theirs. */
  readonly ingredients: readonly string[];
}

const STEPS = 11;

/**
 * Every number among the options of a recipe, also those of single ingredients, of lists as they are written and of a chain's
 * steps. Found by the schema: no recipe is known here by its name.
 */
export function numericOptions(
  recipe: { readonly options: z.ZodType },
  written: unknown,
  ingredients: readonly string[],
): readonly NumericOption[] {
  return [...within(schemaOf(recipe), written, [], { ingredients })];
}

function schemaOf({ options }: { readonly options: z.ZodType }): Schema {
  return z.toJSONSchema(options, { io: 'input' }) as Schema;
}

function* within(
  schema: Schema,
  written: unknown,
  place: OptionPlace,
  surroundings: Surroundings,
): Generator<NumericOption> {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, Schema>> };
  const values = recordOf(written);
  const base = Object.entries(properties ?? {}).find(([, property]) => property.refersTo === 'ingredient')?.[0];
  const others = surroundings.ingredients.filter((name) => base === undefined || name !== values[base]);
  for (const [key, property] of Object.entries(properties ?? {})) {
    yield* ofProperty(property, values[key], [...place, key], { ingredients: others });
  }
}

function* ofProperty(
  property: Schema,
  written: unknown,
  place: OptionPlace,
  surroundings: Surroundings,
): Generator<NumericOption> {
  const { description = '', default: fallback } = property as {
    readonly description?: string;
    readonly default?: unknown;
  };
  const plain = firstForm(property);
  if (isNumber(plain)) {
    if (Array.isArray(written)) yield* ofList(plain, written, place, description);
    else yield numeric(plain, { place, description, value: written ?? fallback });
    return;
  }
  if (property.keyedBy === 'ingredient') {
    const rows = recordOf(written);
    for (const name of surroundings.ingredients) {
      yield* within(property.additionalProperties as Schema, rows[name], [...place, name], surroundings);
    }
    return;
  }
  if (plain.type === 'object') yield* within(plain, written, place, surroundings);
  if (plain.type !== 'array' || !Array.isArray(written)) return;
  const items = plain.items as Schema;
  if (isNumber(items)) yield* ofList(items, written, place, description);
  else yield* ofSteps(items, written, place, surroundings);
}

/** Of forms that an option may have, the plain value comes first. */
function firstForm(property: Schema): Schema {
  const { anyOf } = property;
  return Array.isArray(anyOf) && anyOf.length > 0 ? firstForm(anyOf[0] as Schema) : property;
}

/** A list's numbers one by one, and those that are given for some tensors only. */
function* ofList(
  schema: Schema,
  written: readonly unknown[],
  place: OptionPlace,
  description: string,
): Generator<NumericOption> {
  for (const [index, value] of written.entries()) {
    const here = [...place, index];
    if (typeof value === 'number') yield numeric(schema, { place: here, description, value });
    const conditional = recordOf(value).value;
    if (typeof conditional === 'number') {
      yield numeric(schema, { place: [...here, 'value'], description, value: conditional });
    }
  }
}

/** Items that name a recipe of which they hold the options. */
function* ofSteps(
  items: Schema,
  written: readonly unknown[],
  place: OptionPlace,
  surroundings: Surroundings,
): Generator<NumericOption> {
  const fields = (items.properties ?? {}) as Readonly<Record<string, unknown>>;
  if (!('recipe' in fields && 'options' in fields)) return;
  for (const [index, step] of written.entries()) {
    const { recipe, options } = recordOf(step);
    const found = [...TRANSFORMATIONS, ...RECIPES].find(({ name }) => name === recipe);
    if (found !== undefined) yield* within(schemaOf(found), options, [...place, index, 'options'], surroundings);
  }
}

function numeric(
  schema: Schema,
  { place, description, value }: { readonly place: OptionPlace; readonly description: string; readonly value: unknown },
): NumericOption {
  const integer = schema.type === 'integer';
  const limits = {
    minimum: noticed(schema.minimum) ?? noticed(schema.exclusiveMinimum),
    maximum: noticed(schema.maximum) ?? noticed(schema.exclusiveMaximum),
  };
  const known = typeof value === 'number' ? value : null;
  const isOpen = limits.minimum !== null && noticed(schema.exclusiveMinimum) === limits.minimum;
  const proposed = proposal({ ...limits, integer, value: known, isOpen });
  return { place, name: place.join('.'), description, integer, ...limits, value: known, proposed };
}

/** All that is allowed or, where there is no end to that, from nothing to twice what it is. */
function proposal({
  minimum,
  maximum,
  integer,
  value,
  isOpen,
}: Pick<NumericOption, 'minimum' | 'maximum' | 'integer' | 'value'> & {
  readonly isOpen: boolean;
}): NumericOption['proposed'] {
  const least = minimum ?? 0;
  const most = maximum ?? Math.max(least + 1, 2 * (value ?? 1));
  if (integer) {
    const from = isOpen ? least + 1 : least;
    return { from, to: Math.min(most, from + 2 * STEPS), steps: Math.min(2 * STEPS, most - from) + 1 };
  }
  // An end that is not allowed itself is left by one step.
  return isOpen
    ? { from: rounded(least + (most - least) / (STEPS - 1)), to: most, steps: STEPS - 1 }
    : { from: least, to: most, steps: STEPS };
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** The largest safe integer is no limit that anybody set. */
function noticed(limit: unknown): number | null {
  return typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : null;
}

function isNumber({ type, enum: values }: Schema): boolean {
  return (type === 'number' || type === 'integer') && values === undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
