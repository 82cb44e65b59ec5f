import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { StockpotError } from '../../errors.ts';
import { findRecipe, parseOptions } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import { inspectHeader } from '../ingredients/inspect.ts';
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
export function planCooking(path: string): CookPlan {
  const recipe = readRecipeFile(path);
  const known = at(recipe, ['recipe'], () => findRecipe(recipe.recipe));
  at(recipe, ['options'], () => parseOptions(known, recipe.options));
  at(recipe, recipe.ingredients.length === 0 ? ['ingredients'] : ['recipe'], () =>
    checkNeeds(known, recipe.ingredients.length, recipe.splits.selection !== undefined),
  );
  const architecture = architectureOf(recipe);
  for (const [index, ingredient] of recipe.ingredients.entries()) {
    at(recipe, ['ingredients', index], () => inspectHeader(ingredient.path, architecture));
  }
  buildArchitecture(architecture);
  return { recipe, architecture };
}

function architectureOf(recipe: LoadedRecipe): ArchitectureSpec {
  if (recipe.architecture !== undefined) return recipe.architecture;
  const [first] = recipe.ingredients;
  return at(recipe, ['ingredients', 0], () => inspectHeader(first!.path, undefined).architecture);
}

/** Adds the line of the recipe file to an error that says nothing of it. */
function at<T>(recipe: LoadedRecipe, path: readonly PropertyKey[], work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    const facts = thrown.toFacts();
    const where = [facts.where, recipe.placeOf(path)].filter((place) => place !== undefined).join('; ');
    throw new StockpotError({ ...facts, where, cause: thrown });
  }
}
