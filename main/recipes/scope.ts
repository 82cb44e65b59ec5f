import { z } from 'zod';
import { type BlendInput, withInput } from '../mix/blend.ts';
import type { TensorGroup } from '../mix/mixture.ts';
import type { Coefficients, Larder, OptionFault } from './recipe.ts';

const patterns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const scopeSchema = z.strictObject({
  only: patterns
    .optional()
    .describe('Names of the tensors that are mixed, with * and ? for what varies, or /regular expressions/'),
  freeze: patterns.optional().describe('Names of tensors that are not mixed; written like those of only'),
  from: z
    .string()
    .min(1)
    .optional()
    .describe('Name of the ingredient that all other tensors are taken from; the base or else the first when left out'),
});

/** Which tensors a recipe mixes; the rest are taken from one ingredient as they are. */
export type Scope = Readonly<z.infer<typeof scopeSchema>>;

/** What is wrong with a scope; options are its fields. */
export function scopeFaults(scope: Scope, { ingredients, tensors }: Larder): readonly OptionFault[] {
  const faults: OptionFault[] = [];
  for (const field of ['only', 'freeze'] as const) {
    for (const pattern of listOf(scope[field])) {
      const matcher = matcherOf(pattern);
      if (matcher === undefined) faults.push({ option: [field], what: `'${pattern}' is no regular expression` });
      else if (!tensors.some((tensor) => matcher.test(tensor))) {
        const remedy = `Tensors are called like ${tensors.slice(0, 3).join(', ')}.`;
        faults.push({ option: [field], what: `No tensor's name fits '${pattern}'`, remedy });
      }
    }
  }
  if (scope.from !== undefined && !ingredients.some(({ name }) => name === scope.from)) {
    const remedy = `Ingredients: ${ingredients.map(({ name }) => name).join(', ')}.`;
    faults.push({ option: ['from'], what: `There is no ingredient called '${scope.from}'`, remedy });
  }
  if (faults.length === 0 && !tensors.some(isWithin(scope))) {
    faults.push({ option: [], what: 'No tensor is left to mix' });
  }
  return faults;
}

/** What a scope comes to for a network's tensors. */
export interface ScopeView {
  /** Names of those that are not mixed. */
  readonly frozen: readonly string[];
  /** How many tensors each pattern fits. */
  readonly only: readonly number[];
  readonly freeze: readonly number[];
}

/** What a scope comes to; a pattern that is no regular expression fits nothing. */
export function viewScope(scope: Scope, tensors: readonly string[]): ScopeView {
  const isMixed = isWithin(scope);
  const counts = (list: Scope['only']): readonly number[] =>
    listOf(list).map((pattern) => {
      const matcher = matcherOf(pattern);
      return matcher === undefined ? 0 : tensors.filter((tensor) => matcher.test(tensor)).length;
    });
  return {
    frozen: tensors.filter((tensor) => !isMixed(tensor)),
    only: counts(scope.only),
    freeze: counts(scope.freeze),
  };
}

/**
 * The blend of the tensors within a scope alone. Of a scope without faults.
 * @param base index of the ingredient that the others come from, where the recipe knows one
 */
export function withinScope(
  blend: Coefficients,
  scope: Scope,
  { ingredients, tensors }: Larder,
  base = 0,
): Coefficients {
  const isMixed = isWithin(scope);
  const frozen = tensors.filter((tensor) => !isMixed(tensor));
  if (frozen.length === 0) return blend;
  const source = scope.from === undefined ? base : ingredients.findIndex(({ name }) => name === scope.from);
  const named = new Set(blend.groups.flatMap((group) => (group.tensors === 'rest' ? [] : group.tensors)));
  const groups = blend.groups.flatMap((group): readonly TensorGroup[] => {
    const own = group.tensors === 'rest' ? tensors.filter((tensor) => !named.has(tensor)) : group.tensors;
    const mixed = own.filter(isMixed);
    return mixed.length === 0 ? [] : [{ ...group, tensors: mixed }];
  });
  const mixed = { ...blend, groups };
  const place = (blend.inputs ?? ingredients.map((_, ingredient): BlendInput => ({ ingredient }))).findIndex(
    (input) => 'ingredient' in input && input.ingredient === source && input.arrangement === undefined,
  );
  const whole = place === -1 ? withInput(mixed, { ingredient: source }, ingredients.length) : mixed;
  const count = whole.inputs?.length ?? ingredients.length;
  const index = place === -1 ? count - 1 : place;
  const weights = Array.from({ length: count }, (_, i) => (i === index ? 1 : 0));
  return { ...whole, groups: [...whole.groups, { name: 'frozen', tensors: 'rest', weights }] };
}

function isWithin({ only, freeze }: Scope): (tensor: string) => boolean {
  const [wanted, unwanted] = [only, freeze].map((list) => listOf(list).flatMap((pattern) => matcherOf(pattern) ?? []));
  return (tensor) =>
    (only === undefined || wanted!.some((matcher) => matcher.test(tensor))) &&
    !unwanted!.some((matcher) => matcher.test(tensor));
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** `layer4.*`, or `/^layer[34]\./`; undefined where that is no regular expression. */
function matcherOf(pattern: string): RegExp | undefined {
  const expression = /^\/(.+)\/$/.exec(pattern)?.[1];
  if (expression === undefined) {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${escaped}$`);
  }
  try {
    return new RegExp(expression);
  } catch {
    // Told as a fault of the option.
    return undefined;
  }
}
