/** What kind of field it takes. */
type FieldKind =
  | { readonly kind: 'choice'; readonly values: readonly (string | number)[] }
  /** A choice of which each has a name and an explanation. */
  | { readonly kind: 'described'; readonly choices: readonly FieldChoice[] }
  | {
      readonly kind: 'number';
      readonly integer: boolean;
      readonly minimum: number | undefined;
      readonly maximum: number | undefined;
    }
  | { readonly kind: 'switch' }
  | { readonly kind: 'text' }
  | { readonly kind: 'list'; readonly of: 'number' | 'text' }
  /** The name of an ingredient. */
  | { readonly kind: 'ingredient' }
  /** Options of single ingredients, by their names. */
  | { readonly kind: 'table'; readonly columns: readonly OptionField[] }
  /** Names, each with a list of ingredients. */
  | { readonly kind: 'groups' }
  /** Recipes one after the other, each with options of its own. */
  | { readonly kind: 'steps' }
  /** No form has a field for it; the recipe file has. */
  | { readonly kind: 'other' };

/** What a form shows for one of a recipe's options. Made from the JSON Schema that the recipe's own schema gives. */
export type OptionField = FieldKind & {
  /** As it stands in recipe files: `maxModels`. */
  readonly name: string;
  /** For people: `Max models`. */
  readonly label: string;
  readonly description: string;
  /** undefined where leaving it out means something of its own, or where it has to be given. */
  readonly defaultValue: unknown;
  /** Without it nothing can be cooked. */
  readonly required: boolean;
  /** Its value may differ over the network's depth, and by the names of tensors. */
  readonly varies: boolean;
};

/** A value that a field of text may take, as far as only the running machine knows. */
export interface FieldChoice {
  readonly value: string;
  readonly label: string;
  /** What it is or, where it cannot be taken, why. */
  readonly explanation: string;
  readonly disabled: boolean;
}

/** As a recipe's schema says it of its own accord. */
type SchemaChoice = Omit<FieldChoice, 'disabled'>;

type Schema = Readonly<Record<string, unknown>>;

/**
 * Every option in the order in which the recipe declares them, without those that are there for the sake of others' files and
 * change nothing.
 * @param schema an object's JSON Schema
 */
export function optionFields(schema: unknown): readonly OptionField[] {
  const { properties, required } = schema as Schema;
  const needed = new Set(Array.isArray(required) ? (required as readonly string[]) : []);
  const known = Object.entries((properties ?? {}) as Readonly<Record<string, Schema>>);
  const telling = known.filter(([, { noEffect }]) => noEffect !== true);
  return telling.map(([name, property]) => ({
    name,
    label: labelOf(name),
    description: typeof property.description === 'string' ? property.description : '',
    defaultValue: property.default,
    // What has a default is never missing, whatever side of the schema is described.
    required: needed.has(name) && property.default === undefined,
    varies: isSetting(property),
    ...kindOf(property),
  }));
}

/** One value, several over the depth, or a list of values with filters. */
function isSetting({ anyOf }: Schema): boolean {
  return Array.isArray(anyOf) && (anyOf as readonly Schema[]).some(({ items }) => 'filter' in propertiesOf(items));
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  return ((schema as Schema | undefined)?.properties ?? {}) as Readonly<Record<string, unknown>>;
}

function kindOf(property: Schema): FieldKind {
  const { type, enum: values, choices, anyOf } = property;
  if (property.refersTo === 'ingredient') return { kind: 'ingredient' };
  if (property.keyedBy === 'ingredient') return { kind: 'table', columns: optionFields(property.additionalProperties) };
  if (property.listsOf === 'ingredient') return { kind: 'groups' };
  if (property.listOf === 'step') return { kind: 'steps' };
  if (Array.isArray(choices)) {
    return {
      kind: 'described',
      choices: (choices as readonly SchemaChoice[]).map((one) => ({ ...one, disabled: false })),
    };
  }
  // An option that may differ from tensor to tensor is, first of all, one that is the same for all.
  if (Array.isArray(anyOf) && anyOf.length > 0) return kindOf(anyOf[0] as Schema);
  if (Array.isArray(values)) return { kind: 'choice', values: values as readonly (string | number)[] };
  switch (type) {
    case 'boolean':
      return { kind: 'switch' };
    case 'string':
      return { kind: 'text' };
    case 'integer':
    case 'number':
      return { kind: 'number', integer: type === 'integer', ...limitsOf(property) };
    case 'array': {
      const items = property.items as Schema | undefined;
      if (items?.type === 'number' || items?.type === 'integer') return { kind: 'list', of: 'number' };
      return items?.type === 'string' ? { kind: 'list', of: 'text' } : { kind: 'other' };
    }
    default:
      return { kind: 'other' };
  }
}

/** Limits that a person would notice; the largest safe integer is none. */
function limitsOf({ minimum, maximum, exclusiveMinimum }: Schema): {
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
} {
  const noticed = (limit: unknown): number | undefined =>
    typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined;
  return { minimum: noticed(minimum) ?? noticed(exclusiveMinimum), maximum: noticed(maximum) };
}

/** `maxModels` → `Max models`. */
function labelOf(name: string): string {
  const words = name
    .replace(/[-_]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Numbers out of `1, 0.5 2`; undefined where one of the words is none. */
export function readNumbers(text: string): readonly number[] | undefined {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const numbers = words.map(Number);
  return numbers.every((number) => Number.isFinite(number)) ? numbers : undefined;
}
