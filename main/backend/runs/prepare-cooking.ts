import { StockpotError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import type { DatasetService, PreparedSplit } from '../datasets/service.ts';
import { readingOf } from '../ingredients/reading-schema.ts';
import type { IngredientService } from '../ingredients/service.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { ProjectService } from '../projects/service.ts';
import type { CookEvent, CookRequest } from './cook-request.ts';
import type { CookPlan } from './plan-cooking.ts';
import { type KnownShares, splitRemarks } from './split-remarks.ts';

/** Where what a recipe names is to be found. */
export interface Pantries {
  readonly projects: ProjectService;
  readonly ingredients: IngredientService;
  readonly datasets: DatasetService;
}

/**
 * Takes a recipe's ingredients and splits into its project, each told as it comes: they are hashed, and laid out where they never were.
 * @param known what was found out of splits before
 * @throws StockpotError `runs/test-is-selection`, as `IngredientService.import`, `DatasetService.prepare`
 */
export async function prepareCooking(
  { recipe, architecture }: CookPlan,
  { projects, ingredients, datasets }: Pantries,
  known: KnownShares,
  signal: AbortSignal,
  send: (event: CookEvent) => void,
): Promise<CookRequest> {
  const onProgress: OnProgress = (progress) => send({ kind: 'progress', progress });
  const job: JobOptions = { signal, onProgress };
  const projectId = projects.ensure(recipe.project).id;
  const imported: CookRequest['ingredients'][number][] = [];
  const checked = counting('Checking the ingredients', 'ingredients', recipe.ingredients.length, onProgress);
  for (const { path, name, sha256, hyperparameters, stateDict, map } of recipe.ingredients) {
    checked();
    const { ingredient, remarks } = await ingredients.import(
      {
        projectId,
        path,
        name,
        reading: readingOf({ stateDict, map }),
        architecture,
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(hyperparameters === undefined ? {} : { hyperparameters }),
      },
      job,
    );
    for (const remark of remarks) send({ kind: 'remark', about: name, remark });
    imported.push({ ingredient, name });
  }
  const { train, selection, test } = recipe.splits;
  const splitCount = [train, selection, ...Object.values(test)].filter((source) => source !== undefined).length;
  const looked = counting('Preparing the splits', 'splits', splitCount, onProgress);
  const split = (
    role: PreparedSplit['role'],
    name: string,
    source: PreparedSplit['source'],
  ): Promise<PreparedSplit> => {
    looked();
    return datasets.prepare({ projectId, dataset: recipe.project, role, name, source }, job);
  };
  const tests: PreparedSplit[] = [];
  for (const [name, source] of Object.entries(test)) tests.push(await split('test', name, source));
  const request: CookRequest = {
    projectId,
    recipe: recipe.recipe,
    options: recipe.options,
    ...(recipe.scope === undefined ? {} : { scope: recipe.scope }),
    architecture,
    ingredients: imported,
    ...(train === undefined ? {} : { train: await split('train', 'train', train) }),
    ...(selection === undefined ? {} : { selection: await split('selection', 'selection', selection) }),
    tests,
    runtime: { runtime: recipe.runtime, device: recipe.device },
    seed: recipe.seed,
    accumulate: recipe.accumulate,
    dtype: recipe.dtype,
    batchNorm: recipe.batchNorm,
  };
  refuseLeaks(request, recipe.path);
  for (const { split: about, remark } of await splitRemarks(request, known, datasets, job))
    send({ kind: 'remark', about, remark });
  return request;
}

/** Tells that the next one of `total` begins. */
function counting(stage: string, unit: string, total: number, onProgress: OnProgress): () => void {
  let done = 0;
  return () => onProgress({ stage, done: done++, total, unit });
}

/** A test set that recipes have looked at, by whatever name, would be no test. */
function refuseLeaks({ selection, tests }: CookRequest, where: string): void {
  const leak = tests.find((test) => test.ref.key === selection?.ref.key);
  if (leak === undefined) return;
  throw new StockpotError({
    code: 'runs/test-is-selection',
    what: `The test set ${leak.name} is the selection split itself`,
    where,
    remedy: 'Recipes choose by the selection split; test on other samples.',
  });
}
