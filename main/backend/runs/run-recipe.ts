import { join } from 'node:path';
import { readManifest } from '../../data/prepared-folder.ts';
import type { DataSource } from '../../data/source.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import { writtenOf } from '../ingredients/reading-schema.ts';
import type { WorkspacePaths } from '../workspace.ts';
import type { CookRequest } from './cook-request.ts';
import { type RecipeFile, writeRecipeFile } from './recipe-file.ts';

/** Where a run's files are. */
export function runFolder(paths: WorkspacePaths, runId: number): string {
  return join(paths.runs, String(runId));
}

/** A run's recipe file; relative paths in it start from the run's folder. */
export function recipePath(paths: WorkspacePaths, runId: number): string {
  return join(runFolder(paths, runId), 'recipe.yml');
}

/** The recipe file that a run keeps: `cook` replays it, and refuses ingredients or data that have changed since. */
export function recipeTextOf(request: CookRequest, project: string, options: unknown, paths: WorkspacePaths): string {
  const { selection, train, tests, runtime } = request;
  const file: RecipeFile = {
    recipe: request.recipe,
    options: options as RecipeFile['options'],
    ...(request.scope === undefined ? {} : { scope: request.scope as RecipeFile['scope'] }),
    project,
    architecture: request.architecture as NonNullable<RecipeFile['architecture']>,
    ingredients: request.ingredients.map(({ name, ingredient }) => ({
      path: ingredient.path,
      name,
      sha256: ingredient.sha256,
      ...writtenOf(ingredient.reading),
      ...(Object.keys(ingredient.hyperparameters).length === 0 ? {} : { hyperparameters: ingredient.hyperparameters }),
    })),
    splits: {
      ...(train === undefined ? {} : { train: pinned(train) }),
      ...(selection === undefined ? {} : { selection: pinned(selection) }),
      test: Object.fromEntries(tests.map((split) => [split.name, pinned(split)])),
    },
    runtime: runtime.runtime,
    device: runtime.device,
    seed: request.seed,
    accumulate: request.accumulate,
    dtype: request.dtype,
    batchNorm: request.batchNorm ?? 'average',
  };
  // Every run's folder is as deep as any other's, and only that counts for relative paths.
  return writeRecipeFile(file, runFolder(paths, 0), paths.root);
}

/** The source with the hashes of the files that it was prepared from. */
function pinned({ source, ref }: PreparedSplit): DataSource {
  const provenance = readManifest(ref.folder)?.provenance;
  if (source.format !== 'idx' || provenance === undefined) return source;
  return { ...source, sha256: { images: provenance.images.sha256, labels: provenance.labels.sha256 } };
}
