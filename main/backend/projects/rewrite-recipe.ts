import { parseRecipeFile, writeRecipeFile } from '../runs/recipe-file.ts';
import { recipePath, runFolder } from '../runs/run-recipe.ts';
import type { WorkspacePaths } from '../workspace.ts';

/**
 * A run's recipe file for another project: of its name, with its ingredients (by their hash) where they are now.
 * @throws StockpotError `recipe-file/…`
 */
export function rewriteRecipe(
  text: string,
  paths: WorkspacePaths,
  { project, pathsByHash }: { readonly project: string; readonly pathsByHash: ReadonlyMap<string, string> },
): string {
  const { path: _path, placeOf: _placeOf, ...recipe } = parseRecipeFile(text, recipePath(paths, 0));
  const ingredients = recipe.ingredients.map((entry) => ({
    ...entry,
    path: (entry.sha256 === undefined ? undefined : pathsByHash.get(entry.sha256)) ?? entry.path,
  }));
  return writeRecipeFile({ ...recipe, project, ingredients }, runFolder(paths, 0), paths.root);
}
