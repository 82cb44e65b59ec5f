import { StockpotError } from '../errors.ts';
import { findMethod, METHODS } from './methods/index.ts';
import type { MethodParameters, TensorMethod } from './methods/tensor-method.ts';
import type { GroupMethod } from './mixture.ts';

/** @throws StockpotError `mix/bad-method` */
export function methodFor({ name }: GroupMethod): TensorMethod {
  const found = findMethod(name);
  if (found !== undefined) return found;
  const names = METHODS.map((method) => method.name).join(', ');
  throw badMethod(`There is no method '${name}'`, undefined, `Methods: ${names}.`);
}

/**
 * Whether a method's plain data go together with this many ingredients.
 * @throws StockpotError `mix/bad-method`
 */
export function checkMethod(group: string, method: GroupMethod, ingredientCount: number): void {
  methodFor(method);
  const { base, shared, each, seed } = method;
  const where = `group ${group}, method ${method.name}`;
  if (base !== undefined && !(Number.isInteger(base) && base >= 0 && base < ingredientCount)) {
    throw badMethod(`The base is ingredient ${base + 1} of ${ingredientCount}`, where);
  }
  if (!Number.isSafeInteger(seed)) throw badMethod(`The seed is ${seed}, not a whole number`, where);
  for (const [name, value] of Object.entries(shared)) {
    if (typeof value === 'number' && !Number.isFinite(value)) throw notFinite(name, value, where);
  }
  for (const [name, values] of Object.entries(each)) {
    if (values.length !== ingredientCount) {
      throw badMethod(`${values.length} values of ${name} were given for ${ingredientCount} ingredients`, where);
    }
    const bad = values.find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw notFinite(name, bad, where);
  }
}

/** A method's parameters for the ingredients that take part alone, in their order. */
export function parametersFor(
  { base, shared, each, seed }: GroupMethod,
  partakers: readonly { readonly ingredient: number }[],
): MethodParameters {
  const place = partakers.findIndex(({ ingredient }) => ingredient === base);
  return {
    base: place === -1 ? undefined : place,
    shared,
    each: Object.fromEntries(
      Object.entries(each).map(([name, values]) => [name, partakers.map(({ ingredient }) => values[ingredient]!)]),
    ),
    seed,
  };
}

function notFinite(name: string, value: number, where: string): StockpotError {
  return badMethod(`${name} is ${value}, not a finite number`, where);
}

function badMethod(what: string, where: string | undefined, remedy?: string): StockpotError {
  return new StockpotError({
    code: 'mix/bad-method',
    what,
    ...(where === undefined ? {} : { where }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
