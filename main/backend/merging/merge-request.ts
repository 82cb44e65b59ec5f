import { buildArchitecture } from '../../architectures/build.ts';
import { detectArchitecture } from '../../architectures/detect.ts';
import { type Granularity, type LayerGroup, layerGroups, namedLayerGroups } from '../../architectures/layer-groups.ts';
import type { TensorInfo } from '../../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { StockpotError } from '../../errors.ts';
import { mixtureOfBlend } from '../../mix/blend.ts';
import type { FileIngredient, Mixture } from '../../mix/mixture.ts';
import type { OnProgress } from '../../progress.ts';
import { findRecipe } from '../../recipes/index.ts';
import { type PlaceOf, refuseFaults } from '../../recipes/option-faults.ts';
import type { Coefficients, CookContext, Larder } from '../../recipes/recipe.ts';
import { type Scope, scopeFaults, withinScope } from '../../recipes/scope.ts';
import { checkHeaders, type FileToCheck } from '../ingredients/check/headers.ts';
import { stateInMemory } from '../runs/kept-state.ts';
import { alignerOf } from './aligner.ts';
import { cooked, cookedInParts, type MergePart } from './merge-parts.ts';
import { weightFactsOf } from './weight-facts.ts';

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
  /** Parts of the network that are merged by options of their own, each tensor in one; by `options` as a whole when absent. */
  readonly partsOf?: ((tensors: readonly string[]) => readonly MergePart[]) | undefined;
  /** @throws StockpotError where the models are not what was asked for */
  readonly checkTensors?: ((tensors: readonly string[]) => void) | undefined;
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
  const infos = ingredients[0] === undefined ? [] : await tensorsOf(ingredients[0]);
  const tensors = infos.map(({ name }) => name);
  const detection = detectArchitecture(infos);
  const larder: Larder = {
    ingredients: ingredients.map(({ name }) => ({ id: name, name })),
    tensors,
    hasSelection: false,
    learnsFrom: [],
    layerGroups: (granularity) =>
      detection.kind === 'found'
        ? layerGroups(buildArchitecture(detection.spec), granularity)
        : namedGroups(tensors, granularity, recipe.name),
    hasFilesAlone: detection.kind !== 'found',
  };
  request.checkTensors?.(larder.tensors);
  if (request.scope !== undefined) {
    refuseFaults(
      { name: 'scope' },
      scopeFaults(request.scope, larder),
      placeOf && ((field) => placeOf(['scope', ...field])),
    );
  }
  const context: CookContext = {
    ...larder,
    selection: undefined,
    slopes: undefined,
    kept: stateInMemory(),
    seed: request.seed,
    aligner: alignerOf(ingredients, undefined, onProgress),
    weights: weightFactsOf(ingredients, onProgress),
    signal,
  };
  const parts = request.partsOf?.(larder.tensors);
  const { coefficients, summary, told } =
    parts === undefined
      ? await cooked(recipe, request.options, context, placeOf)
      : await cookedInParts(recipe, parts, context);
  const base = larder.ingredients.findIndex(({ name }) => name === baseOf(request.options));
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

function baseOf(options: unknown): unknown {
  return (options as { readonly base?: unknown } | undefined)?.base;
}

export function mixtureOfMerge(
  files: readonly FileIngredient[],
  { coefficients }: PlannedMerge,
  { accumulate, dtype }: MergeRequest,
): Mixture {
  return mixtureOfBlend(files, coefficients, { accumulate, dtype });
}

async function tensorsOf({ path, reading }: FileToCheck): Promise<readonly TensorInfo[]> {
  const checkpoint = await openCheckpoint(path, reading);
  try {
    return [...checkpoint.tensors.values()];
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
