import { StockpotError } from '../../errors.ts';
import type { TensorGroup } from '../../mix/mixture.ts';
import { checkedOptions } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import type { PlaceOf } from '../../recipes/option-faults.ts';
import type { Coefficients, CookContext, CookOutcome, Recipe } from '../../recipes/recipe.ts';

/** Some of the network's tensors, merged by themselves. */
export interface MergePart {
  readonly name: string;
  readonly tensors: readonly string[];
  /** Names of those that are merged. */
  readonly ingredients: readonly string[];
  /** As a user writes them. */
  readonly options: unknown;
  /** As a request's. */
  readonly placeOf: PlaceOf;
}

/** What following a recipe has led to. */
interface Followed extends Pick<CookOutcome, 'coefficients' | 'summary'> {
  /** What it remarked on the way. */
  readonly told: readonly string[];
}

/** What a recipe comes to, with its options and ingredients checked first. */
export async function cooked(
  recipe: Recipe,
  raw: unknown,
  context: CookContext,
  placeOf: PlaceOf | undefined,
): Promise<Followed> {
  const place = placeOf && ((option: readonly PropertyKey[]) => placeOf(['options', ...option]));
  withPlace(place?.([]), () => checkNeeds(recipe, context.ingredients.length, false));
  const steps = recipe.cook(context, checkedOptions(recipe, raw, context, place));
  const told: string[] = [];
  let next = await steps.next();
  while (next.done !== true) {
    if (next.value.kind === 'remark') told.push(next.value.text);
    next = await steps.next();
  }
  const { coefficients, summary } = next.value;
  return { coefficients, summary, told };
}

/** The parts side by side, each with the ingredients that it names. */
export async function cookedInParts(
  recipe: Recipe,
  parts: readonly MergePart[],
  context: CookContext,
): Promise<Followed> {
  const count = context.ingredients.length;
  const groups: TensorGroup[] = [];
  const remarks: string[] = [];
  for (const { name, tensors, ingredients, options, placeOf } of parts) {
    const places = ingredients.map((wanted) => context.ingredients.findIndex((each) => each.name === wanted));
    const own = { ...context, tensors, ingredients: places.map((place) => context.ingredients[place]!) };
    const { coefficients, told } = await cooked(recipe, options, own, placeOf);
    remarks.push(...told);
    const spread = spreadOut(coefficients, tensors, places, count);
    const isOne = spread.length === 1;
    groups.push(...spread.map((group) => ({ ...group, name: isOne ? name : `${name}: ${group.name}` })));
  }
  return { coefficients: { groups }, summary: `${recipe.title} in ${parts.length} slices.`, told: remarks };
}

/** Groups of some ingredients and tensors as groups of all ingredients that name their tensors. */
function spreadOut(
  { groups }: Coefficients,
  tensors: readonly string[],
  places: readonly number[],
  count: number,
): readonly TensorGroup[] {
  const named = new Set(groups.flatMap((group) => (group.tensors === 'rest' ? [] : group.tensors)));
  const toAll = (values: readonly number[], rest: number): readonly number[] => {
    const all = new Array<number>(count).fill(rest);
    for (const [i, place] of places.entries()) all[place] = values[i]!;
    return all;
  };
  return groups.map(({ method, ...group }) => ({
    ...group,
    tensors: group.tensors === 'rest' ? tensors.filter((tensor) => !named.has(tensor)) : group.tensors,
    weights: toAll(group.weights, 0),
    ...(method === undefined
      ? {}
      : {
          method: {
            ...method,
            base: method.base === undefined ? undefined : places[method.base],
            each: Object.fromEntries(Object.entries(method.each).map(([key, values]) => [key, toAll(values, 0)])),
          },
        }),
  }));
}

/** Says where it stands what an error is about. */
function withPlace(place: string | undefined, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof StockpotError) || place === undefined) throw thrown;
    const facts = thrown.toFacts();
    const where = facts.where === undefined ? place : `${facts.where}; ${place}`;
    throw new StockpotError({ ...facts, where, cause: thrown });
  }
}
