import { dirname, join } from 'node:path';
import type { EvaluationLookup } from '../../../db/repositories/evaluation-lookup.ts';
import { StockpotError } from '../../errors.ts';
import { weightGroups } from '../../mix/describe-blend.ts';
import type { Coefficients } from '../../recipes/recipe.ts';
import type { DatasetService } from '../datasets/service.ts';
import { type RestoreRequest, restoreRecipe } from '../exports/restore-recipe.ts';
import type { IngredientService } from '../ingredients/service.ts';
import type { ProjectService } from '../projects/service.ts';
import { type LoadedRecipe, parseRecipeFile, writeRecipeFile } from '../runs/recipe-file.ts';
import { coefficientsOf } from '../runs/run-details.ts';
import { recipePath } from '../runs/run-recipe.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspacePaths } from '../workspace.ts';
import { checkRecipe, type Finding } from './check-recipe.ts';
import { draftRecipe } from './draft-recipe.ts';
import { type CookEstimate, estimateCooking } from './estimate.ts';
import type { Outline } from './outline.ts';
import { openPantry, type Pantry } from './pantry.ts';

export interface KitchenService {
  pantry(projectId: number): Pantry;
  /**
   * A recipe file to begin with, every path absolute.
   * @throws StockpotError `projects/unknown`, `recipe/unknown`
   */
  draft(projectId: number, recipe?: string): string;
  /** The recipe file of a run, every path absolute. @throws StockpotError `runs/unknown` */
  replay(runId: number): string;
  /**
   * The recipe of a soup with the weights that a run has come to, one for each ingredient.
   * @throws StockpotError `runs/unknown`, `runs/unfinished`, `kitchen/no-weights` where they are not the same for all tensors
   */
  weights(runId: number): string;
  /**
   * The recipe that a soup was made by, for a project to cook, every path absolute and where the files are now.
   * @throws StockpotError `projects/unknown`, and as `restoreRecipe`
   */
  restore(
    projectId: number,
    soup: Pick<RestoreRequest, 'file' | 'ingredientFolder'>,
    signal?: AbortSignal,
  ): Promise<string>;
  /** @throws StockpotError `projects/unknown` */
  check(
    projectId: number,
    text: string,
  ): Promise<{
    readonly findings: readonly Finding[];
    readonly outline: Outline | null;
    readonly estimate: CookEstimate | null;
  }>;
  /** Where a recipe text of the kitchen counts as standing: relative paths start from its folder. */
  readonly textPath: string;
}

export interface KitchenRoom {
  readonly projects: ProjectService;
  readonly ingredients: IngredientService;
  readonly datasets: DatasetService;
  readonly runs: RunService;
  readonly lookup: EvaluationLookup;
  readonly paths: WorkspacePaths;
  /** How many engines share the work. */
  readonly engines: number;
}

export function kitchenService(room: KitchenRoom): KitchenService {
  const { projects, ingredients, datasets, runs, lookup, paths, engines } = room;
  const textPath = recipePath(paths, 0);
  const pantry = (projectId: number): Pantry => openPantry(ingredients, datasets, lookup, projectId);
  return {
    textPath,
    pantry,
    draft: (projectId, recipe) => draftRecipe(projects.summary(projectId), pantry(projectId), recipe),
    replay: (runId) => textOf(parseRecipeFile(runs.get(runId).run.recipeFile, recipePath(paths, runId))),
    weights(runId) {
      const details = runs.get(runId);
      const { scope: _, ...recipe } = parseRecipeFile(details.run.recipeFile, recipePath(paths, runId));
      const weights = plainWeights(coefficientsOf(details), runId);
      return textOf({ ...recipe, recipe: 'weighted', options: { weights: [...weights], normalize: false } });
    },
    async restore(projectId, soup, signal) {
      const project = projects.summary(projectId).name;
      const knownPaths = (sha256: string) => ingredients.withHash(sha256).map(({ path }) => path);
      const recipe = await restoreRecipe({ ...soup, knownPaths }, signal === undefined ? {} : { signal });
      return textOf({ ...recipe, project });
    },
    async check(projectId, text) {
      const {
        findings,
        outline = null,
        cookable,
      } = await checkRecipe(text, textPath, projects.summary(projectId).name);
      if (cookable === undefined) return { findings, outline, estimate: null };
      const estimate = estimateCooking(cookable, pantry(projectId), lookup, { projectId, engines });
      return { findings, outline, estimate };
    },
  };
}

/** A recipe as a file's text, every path absolute. */
export function textOf({ path, placeOf: _, ...recipe }: LoadedRecipe): string {
  // Nothing lies within a folder of that name, so every path stays absolute.
  const nowhere = join(dirname(path), 'nowhere');
  return writeRecipeFile({ ...recipe, ingredients: [...recipe.ingredients] }, nowhere, nowhere);
}

function plainWeights(coefficients: Coefficients, runId: number): readonly number[] {
  const groups = weightGroups(coefficients);
  if (groups?.length === 1) return groups[0]!.weights;
  throw new StockpotError({
    code: 'kitchen/no-weights',
    what: 'What the run came to is not one weight for each ingredient',
    where: `run ${runId}`,
    remedy: 'Cook its own recipe again.',
  });
}
