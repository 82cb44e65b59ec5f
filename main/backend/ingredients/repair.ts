import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Ingredient, IngredientRepository } from '../../../db/repositories/ingredients.ts';
import { StockpotError, throwIfCancelled } from '../../errors.ts';
import { hashIngredient } from '../../mix/open-ingredients.ts';
import { type JobContext, jobKind } from '../jobs/job-kind.ts';
import { findCheckpoints } from './checkpoint-paths.ts';
import { inspectHeader } from './inspect.ts';

const request = z.object({ projectId: z.int(), paths: z.array(z.string()).readonly() });

/** Looks for the files of ingredients that are no longer where they were; their content tells which they are. */
export function repairKind(ingredients: IngredientRepository) {
  return jobKind({
    name: 'repair',
    weight: 'light',
    request,
    perform: (wanted, context) => repair(ingredients, wanted, context),
  });
}

async function repair(
  repository: IngredientRepository,
  { projectId, paths }: z.infer<typeof request>,
  { signal, onProgress, send }: JobContext,
) {
  const missing = new Set(repository.list(projectId).filter(({ path }) => !existsSync(path)));
  const found: number[] = [];
  const candidates = findCheckpoints(paths).paths;
  for (const [done, path] of candidates.entries()) {
    throwIfCancelled(signal);
    if (missing.size === 0) break;
    onProgress({ stage: 'Looking for missing files', done, total: candidates.length, unit: 'files' });
    for (const ingredient of await matching(path, missing, signal)) {
      repository.relocate(ingredient.id, path);
      missing.delete(ingredient);
      found.push(ingredient.id);
      send({ kind: 'log', text: `${ingredient.name} is ${path}` });
    }
  }
  if (missing.size > 0) throw stillMissing([...missing], found.length);
  return { kind: 'ingredients' as const, projectId, ids: found };
}

/** Files of another size are not read. */
async function matching(
  path: string,
  missing: ReadonlySet<Ingredient>,
  signal: AbortSignal,
): Promise<readonly Ingredient[]> {
  try {
    const likely: Ingredient[] = [];
    for (const one of missing) {
      if ((await inspectHeader(path, one.architecture, {}, one.reading)).byteSize === one.byteSize) likely.push(one);
    }
    if (likely.length === 0) return [];
    const sha256 = await hashIngredient(path, signal);
    return likely.filter((one) => one.sha256 === sha256);
  } catch (thrown) {
    // The folder may hold anything.
    if (thrown instanceof StockpotError && thrown.kind === 'input') return [];
    throw thrown;
  }
}

function stillMissing(missing: readonly Ingredient[], found: number): StockpotError {
  return new StockpotError({
    code: 'ingredients/not-found',
    what: `${missing.length === 1 ? 'One file is' : `${missing.length} files are`} still missing`,
    details: missing.map(({ name, path, sha256 }) => `${name}: was ${path}, SHA-256 ${sha256}`),
    remedy: `${found === 0 ? 'Nothing here has their content' : `${found} found`}; look in another folder.`,
  });
}
