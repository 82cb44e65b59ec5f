import { z } from 'zod';
import { averageOf } from './coefficients.ts';
import { selectionOf } from './needs.ts';
import type { ChainPart, Larder, MixtureCount, OptionFault, TransformContext } from './recipe.ts';

/** Options of every step that finds basins. */
export const basinFields = {
  basins: z
    .enum(['ancestry', 'barrier'])
    .default('ancestry')
    .describe(
      "How basins are found: 'ancestry', from weights alone, models that share an ancestor being in one; 'barrier', by scores on the selection split",
    ),
  barrier: z
    .number()
    .min(0)
    .default(0.1)
    .describe(
      "With 'barrier': how much more loss (nats) the midpoint between a model and the best one of the basin may have than the two on average",
    ),
};

const fields = z.strictObject(basinFields);

export type BasinOptions = z.output<typeof fields>;

/** What finding basins takes that there is not. */
export function basinFaults({ basins }: BasinOptions, { hasSelection }: Larder): readonly OptionFault[] {
  if (basins === 'ancestry' || hasSelection) return [];
  const what = 'Barriers are found by scores on held-out data, and there is no selection split';
  return [{ option: ['basins'], what, remedy: 'Give the run a selection split, or take basins: ancestry.' }];
}

/** Midpoints that will be scored: at least each with the best, at most every two. */
export function basinMixtures(count: number, { basins }: BasinOptions): MixtureCount {
  if (basins === 'ancestry' || count < 2) return { least: 0, most: 0 };
  return { least: count - 1, most: (count * (count - 1)) / 2 };
}

/**
 * Groups of models between which one can average, as indices in ascending order: the larger groups first, of equal ones the one that was
 * found first (by ancestry the one with the earlier member, by barriers the one with the better best model).
 * @throws StockpotError `recipe/needs-selection`; as the files' readers and the selection oracle
 */
export async function findBasins(
  recipe: string,
  parts: readonly ChainPart[],
  options: BasinOptions,
  context: TransformContext,
): Promise<readonly (readonly number[])[]> {
  if (options.basins === 'ancestry') {
    return context.weights.families(
      parts.map(({ input }) => input),
      context.signal,
    );
  }
  const found = await byBarriers(recipe, parts, options.barrier, context);
  return found.toSorted((a, b) => b.length - a.length);
}

/**
 * The best model left begins a basin, and those join it whose midpoint with it has hardly more loss than the two have on average. Every
 * basin is thus within one barrier of its best model, and N models take no more than N − 1 scores where they are all in one.
 */
async function byBarriers(
  recipe: string,
  parts: readonly ChainPart[],
  barrier: number,
  context: TransformContext,
): Promise<readonly (readonly number[])[]> {
  const needs = { selection: true, minimumIngredients: 1 };
  const selection = selectionOf({ name: recipe, needs }, { ...context, ingredients: parts });
  const singles = await selection.scoreAll(parts.map((_, i) => averageOf([i], parts.length)));
  const lossOf = (i: number): number => singles[i]!.loss;
  // What has no loss (a network that answers NaN) comes last and is by itself.
  const rank = (i: number): number => (Number.isNaN(lossOf(i)) ? Number.POSITIVE_INFINITY : lossOf(i));
  let left: readonly number[] = [...parts.keys()].toSorted((a, b) => (rank(a) === rank(b) ? a - b : rank(a) - rank(b)));
  const found: (readonly number[])[] = [];
  while (left.length > 0) {
    const [best, ...others] = left as readonly [number, ...number[]];
    const middles = await selection.scoreAll(others.map((other) => averageOf([best, other], parts.length)));
    const joined = others.filter((other, k) => middles[k]!.loss - (lossOf(best) + lossOf(other)) / 2 <= barrier);
    found.push([best, ...joined].toSorted((a, b) => a - b));
    left = others.filter((other) => !joined.includes(other));
  }
  return found;
}

/** `2 basins: a, b and c; d.` */
export function describeBasins(parts: readonly ChainPart[], basins: readonly (readonly number[])[]): string {
  const listed = basins.map((members) => members.map((i) => parts[i]!.name).join(', ')).join('; ');
  return `${basins.length} ${basins.length === 1 ? 'basin' : 'basins'}: ${listed}.`;
}
