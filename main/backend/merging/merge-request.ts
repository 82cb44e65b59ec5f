import { type Granularity, type LayerGroup, namedLayerGroups } from '../../architectures/layer-groups.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { StockpotError } from '../../errors.ts';
import { mixtureOfBlend } from '../../mix/blend.ts';
import type { FileIngredient, Mixture } from '../../mix/mixture.ts';
import type { OnProgress } from '../../progress.ts';
import { checkedOptions, findRecipe } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import { type PlaceOf, refuseFaults } from '../../recipes/option-faults.ts';
import type { Coefficients, Larder } from '../../recipes/recipe.ts';
import { type Scope, scopeFaults, withinScope } from '../../recipes/scope.ts';
import { checkHeaders, type FileToCheck } from '../ingredients/check/headers.ts';
import { alignerOf } from './aligner.ts';

/** A merge without data, whatever it was asked for by: flags, a recipe file, a file of mergekit. */
export interface MergeRequest {
  readonly recipe: string;
  /** As a user writes them. */
  readonly options: unknown;
  readonly ingredients: readonly (FileToCheck & { readonly name: string })[];
  readonly scope?: Scope | undefined;
  readonly seed: number;
  readonly accumulate: Mixture['accumulate'];
  readonly dtype: Mixture['dtype'];
  /** Where something stands, for errors: options below `options`, the rest by its own name. */
  readonly placeOf?: PlaceOf | undefined;
}

/** A merge that can be computed as far as headers tell. */
export interface PlannedMerge {
  readonly ingredients: readonly (Omit<FileIngredient, 'sha256'> & { readonly name: string })[];
  readonly coefficients: Coefficients;
  readonly summary: string;
  readonly remarks: readonly string[];
}

/**
 * Checks recipe, options and headers, and finds out what the recipe comes to. Nothing is written.
 * @throws StockpotError `recipe/…`, `checkpoint/…`, `merge/needs-data`
 */
export async function planMerge(
  request: MergeRequest,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<PlannedMerge> {
  const recipe = findRecipe(request.recipe);
  const placeOf = request.placeOf ?? undefined;
  if (recipe.needs.selection) throw needsData(recipe.name);
  const { files } = await checkHeaders({ files: request.ingredients, signal });
  const ingredients = files.map(({ path, reading }, i) => ({ path, reading, name: request.ingredients[i]!.name }));
  const tensors = ingredients[0] === undefined ? [] : await tensorsOf(ingredients[0]);
  const larder: Larder = {
    ingredients: ingredients.map(({ name }) => ({ id: name, name })),
    tensors,
    hasSelection: false,
    layerGroups: (granularity) => namedGroups(tensors, granularity, recipe.name),
  };
  const place = placeOf && ((option: readonly PropertyKey[]) => placeOf(['options', ...option]));
  withPlace(place?.([]), () => checkNeeds(recipe, ingredients.length, false));
  const options = checkedOptions(recipe, request.options, larder, place);
  if (request.scope !== undefined) {
    refuseFaults(
      { name: 'scope' },
      scopeFaults(request.scope, larder),
      placeOf && ((field) => placeOf(['scope', ...field])),
    );
  }
  const aligner = alignerOf(ingredients, undefined, onProgress);
  const steps = recipe.cook({ ...larder, selection: undefined, seed: request.seed, aligner, signal }, options);
  const told: string[] = [];
  let next = await steps.next();
  while (next.done !== true) {
    if (next.value.kind === 'remark') told.push(next.value.text);
    next = await steps.next();
  }
  const base = larder.ingredients.findIndex(({ name }) => name === (options as { readonly base?: unknown }).base);
  const { coefficients, summary } = next.value;
  return {
    ingredients,
    coefficients:
      request.scope === undefined ? coefficients : withinScope(coefficients, request.scope, larder, Math.max(0, base)),
    summary,
    remarks: [
      ...files.flatMap(({ path, nameRemark }) => (nameRemark === null ? [] : [`${path}: ${nameRemark}`])),
      ...told,
    ],
  };
}

export function mixtureOfMerge(
  files: readonly FileIngredient[],
  { coefficients }: PlannedMerge,
  { accumulate, dtype }: MergeRequest,
): Mixture {
  return mixtureOfBlend(files, coefficients, { accumulate, dtype });
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

async function tensorsOf({ path, reading }: FileToCheck): Promise<readonly string[]> {
  const checkpoint = await openCheckpoint(path, reading);
  try {
    return [...checkpoint.tensors.keys()];
  } finally {
    checkpoint.close();
  }
}

function needsData(recipe: string): StockpotError {
  return new StockpotError({
    code: 'merge/needs-data',
    what: `The recipe ${recipe} decides by scores on held-out data, and merge has none`,
    where: '--recipe',
    remedy: 'Use stockpot cook with a recipe file that names a selection split.',
  });
}

function namedGroups(tensors: readonly string[], granularity: Granularity, recipe: string): readonly LayerGroup[] {
  const groups = namedLayerGroups(tensors, granularity);
  if (groups !== undefined) return groups;
  throw new StockpotError({
    code: 'recipe/no-graph',
    what: "What layers do is told from the network's graph, and files alone have none",
    where: `recipe ${recipe}`,
    remedy: 'Group layers by name, block or layer, or cook the recipe in a project.',
  });
}
