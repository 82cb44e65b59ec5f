import { accessSync, constants } from 'node:fs';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import type { DetectionHint } from '../../architectures/detect.ts';
import { openIdx } from '../../data/idx.ts';
import { mnistFiles } from '../../data/mnist.ts';
import type { DataSource } from '../../data/source.ts';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { hashIngredient } from '../../mix/open-ingredients.ts';
import { batchNormFaults } from '../../recipes/batch-norm.ts';
import { checkedOptions, findRecipe, parseOptions } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import { refuseFaults } from '../../recipes/option-faults.ts';
import { scopeFaults } from '../../recipes/scope.ts';
import { inspectHeader } from '../ingredients/inspect.ts';
import { readingOf } from '../ingredients/reading-schema.ts';
import { refuseChanged } from '../ingredients/refuse-changed.ts';
import { larderOf } from './course.ts';
import { type LoadedRecipe, readRecipeFile } from './recipe-file.ts';

/** A recipe file that can be cooked as far as can be told without reading tensors or data. */
export interface CookPlan {
  readonly recipe: LoadedRecipe;
  readonly architecture: ArchitectureSpec;
}

/**
 * Reads a recipe file and checks everything that can be checked before a workspace is opened or a byte written: recipe, options,
 * needs, the header of every ingredient, and that they all fit one architecture.
 * @throws StockpotError `recipe-file/…`, `recipe/…`, `checkpoint/…`, `architecture/…`, `ingredients/mismatched`
 */
export function planCooking(path: string): Promise<CookPlan> {
  return planRecipe(readRecipeFile(path));
}

/**
 * As `planCooking`, of a recipe that has been read.
 * @throws StockpotError `recipe/…`, `checkpoint/…`, `architecture/…`, `ingredients/mismatched`
 */
export async function planRecipe(recipe: LoadedRecipe): Promise<CookPlan> {
  const known = await at(recipe, ['recipe'], () => findRecipe(recipe.recipe));
  parseOptions(known, recipe.options, (option) => recipe.placeOf(['options', ...option]));
  await at(recipe, recipe.ingredients.length === 0 ? ['ingredients'] : ['recipe'], () =>
    checkNeeds(known, recipe.ingredients.length, recipe.splits.selection !== undefined),
  );
  const architecture = await architectureOf(recipe);
  for (const [index, ingredient] of recipe.ingredients.entries()) {
    await at(recipe, ['ingredients', index], () =>
      inspectHeader(ingredient.path, architecture, {}, readingOf(ingredient)),
    );
  }
  const built = buildArchitecture(architecture);
  const larder = larderOf({ ...recipe, ...recipe.splits }, built);
  await at(recipe, ['options'], () => {
    checkedOptions(known, recipe.options, larder, (option) => recipe.placeOf(['options', ...option]));
  });
  if (recipe.scope !== undefined) {
    refuseFaults({ name: 'scope' }, scopeFaults(recipe.scope, larder), (field) => recipe.placeOf(['scope', ...field]));
  }
  const faults = batchNormFaults(recipe.batchNorm, known, built, recipe.splits.train !== undefined);
  refuseFaults({ name: recipe.recipe }, faults, (field) => recipe.placeOf(field));
  for (const [place, source] of sourcesOf(recipe)) {
    if (source.format !== 'idx') continue;
    for (const path of [source.images, source.labels]) {
      await at(recipe, ['splits', ...place], () => withFileErrors(path, () => accessSync(path, constants.R_OK)));
    }
  }
  return { recipe, architecture };
}

/**
 * Holds every ingredient against the hash that the recipe has of it. Cooking does so again; this is for those who want to know before
 * anything is made.
 * @throws StockpotError `ingredients/changed`, as `openCheckpoint`
 */
export async function checkHashes({ recipe }: CookPlan, signal?: AbortSignal): Promise<void> {
  for (const [index, { path, sha256 }] of recipe.ingredients.entries()) {
    if (sha256 === undefined) continue;
    await at(recipe, ['ingredients', index], async () => {
      refuseChanged({ path, sha256 }, await hashIngredient(path, signal));
    });
  }
}

/** @throws StockpotError `checkpoint/…`, `architecture/…` */
export async function architectureOf(recipe: LoadedRecipe): Promise<ArchitectureSpec> {
  if (recipe.architecture !== undefined) return recipe.architecture;
  const [first] = recipe.ingredients;
  const hint = await imageHint(recipe);
  return (await at(recipe, ['ingredients', 0], () => inspectHeader(first!.path, undefined, hint, readingOf(first!))))
    .architecture;
}

/** Each source with its place below `splits`. */
function sourcesOf({ splits }: LoadedRecipe): readonly (readonly [readonly string[], DataSource])[] {
  const { train, selection, test } = splits;
  return [
    ...(selection === undefined ? [] : [[['selection'], selection] as const]),
    ...Object.entries(test).map(([name, source]) => [['test', name], source] as const),
    ...(train === undefined ? [] : [[['train'], train] as const]),
  ];
}

/** What the data say of the input's shape, which tensors alone often leave open. */
async function imageHint(recipe: LoadedRecipe): Promise<DetectionHint> {
  const [first] = sourcesOf(recipe);
  if (first === undefined) return {};
  const [, source] = first;
  const images = await openIdx(source.format === 'idx' ? source.images : mnistFiles(source.part).images);
  try {
    const [, ...shape] = images.header.shape;
    return { inputShape: shape.length === 2 ? [1, ...shape] : shape };
  } finally {
    images.close();
  }
}

/** Adds the line of the recipe file to an error that says nothing of it. */
async function at<T>(recipe: LoadedRecipe, path: readonly PropertyKey[], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    const facts = thrown.toFacts();
    const where = [facts.where, recipe.placeOf(path)].filter((place) => place !== undefined).join('; ');
    throw new StockpotError({ ...facts, where, cause: thrown });
  }
}
