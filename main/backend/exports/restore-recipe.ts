import { dirname, parse, resolve } from 'node:path';
import { StockpotError } from '../../errors.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { type LoadedRecipe, parseRecipeFile, type RecipeFile, writeRecipeFile } from '../runs/recipe-file.ts';
import { findIngredient, folderSearch } from './find-ingredient.ts';
import { readOrigin } from './origin.ts';
import { originMetadata } from './origin-metadata.ts';

/** The key under which an exported file carries the recipe file of its run, paths relative to the file's folder. */
export const RECIPE_KEY = 'stockpot.recipe';

export interface RestoreRequest {
  readonly file: string;
  /** Looked through for ingredients that are not at the recorded paths. */
  readonly ingredientFolder?: string | undefined;
  readonly knownPaths?: (sha256: string) => readonly string[];
}

/** A recipe as an exported file carries it: with paths that hold when the file's folder moves together with what they name. */
export function portableRecipe(recipe: RecipeFile, folder: string): string {
  return writeRecipeFile(recipe, folder, parse(folder).root);
}

/**
 * The recipe that an exported or merged file was made by, its ingredients where they are now: at their recorded paths or wherever
 * their content is found.
 * @throws StockpotError `verify/not-a-soup`, `verify/no-hashes`, `exports/no-recipe`, `exports/missing-ingredients`, `recipe-file/…`
 */
export async function restoreRecipe(request: RestoreRequest, { signal }: JobOptions = {}): Promise<LoadedRecipe> {
  const file = resolve(request.file);
  const recipe = recipeIn(await originMetadata(file, signal), file);
  const places = { folder: dirname(file), knownPaths: request.knownPaths };
  const search = folderSearch(request.ingredientFolder, signal);
  const ingredients: LoadedRecipe['ingredients'][number][] = [];
  const missing: string[] = [];
  for (const ingredient of recipe.ingredients) {
    const { name, path, sha256 } = ingredient;
    const found = sha256 === undefined ? path : await findIngredient({ path, sha256 }, places, search, signal);
    if (found === undefined) missing.push(`${name}: ${path}, SHA-256 ${sha256}`);
    else ingredients.push({ ...ingredient, path: found });
  }
  if (missing.length > 0) throw missingIngredients(file, missing);
  return { ...recipe, ingredients };
}

/** @throws StockpotError `exports/no-recipe`, `verify/…`, `recipe-file/…` */
export function recipeIn(metadata: Readonly<Record<string, string>>, file: string): LoadedRecipe {
  const text = metadata[RECIPE_KEY];
  if (text !== undefined) return parseRecipeFile(text, file);
  const { recipe, ingredients, groups, accumulate, dtype, cooked } = readOrigin(metadata, file);
  if (cooked !== undefined) {
    const { options, scope, seed } = cooked;
    return parseRecipeFile(JSON.stringify({ recipe, options, scope, ingredients, seed, accumulate, dtype }), file);
  }
  const [group, ...others] = groups;
  if ((recipe !== 'uniform' && recipe !== 'weighted') || others.length > 0) throw noRecipe(file);
  const options = recipe === 'uniform' ? {} : { weights: group!.weights, normalize: false };
  const plain = { recipe, options, ingredients, accumulate, dtype };
  return parseRecipeFile(JSON.stringify(plain), file);
}

function noRecipe(file: string): StockpotError {
  return new StockpotError({
    code: 'exports/no-recipe',
    what: 'The file says what it was made of, but not by which recipe file',
    where: file,
    remedy: 'Cook the recipe.yml that lies beside it, or export the run again.',
  });
}

function missingIngredients(file: string, missing: readonly string[]): StockpotError {
  return new StockpotError({
    code: 'exports/missing-ingredients',
    what: `${missing.length} of the recipe's ingredients cannot be found, or have changed`,
    where: file,
    details: missing,
    remedy: 'Say where they are: --ingredients FOLDER; they are recognised by their content.',
  });
}
