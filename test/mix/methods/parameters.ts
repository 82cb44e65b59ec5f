import type { MethodParameters, TensorMethod } from '../../../main/mix/methods/tensor-method.ts';

/** A method's parameters with its defaults for what is not given. */
export function parametersOf(
  method: TensorMethod,
  ingredientCount: number,
  given: Partial<MethodParameters> = {},
): MethodParameters {
  const { shared, each } = method.parameters;
  const known = Object.fromEntries(Object.entries(given.shared ?? {}).filter(([name]) => name in shared.shape));
  const defaults = each.parse({}) as Record<string, number>;
  return {
    base: given.base,
    shared: shared.parse(known) as MethodParameters['shared'],
    each: Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [
        name,
        given.each?.[name] ?? new Array<number>(ingredientCount).fill(value),
      ]),
    ),
    seed: given.seed ?? 0,
  };
}
