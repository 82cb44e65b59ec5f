import { dirname, resolve } from 'node:path';
import type { ExportRepository } from '../../../db/repositories/exports.ts';
import { architectureName } from '../../architectures/build.ts';
import { type ErrorFacts, StockpotError } from '../../errors.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { findIngredient, folderSearch } from './find-ingredient.ts';
import { knownExport, type RunHere } from './known-export.ts';
import { type Origin, readOrigin } from './origin.ts';
import { originMetadata } from './origin-metadata.ts';
import { type RestoreRequest, recipeIn } from './restore-recipe.ts';
import { fromPortablePath, readSoupMetadata, SOUP_KEY, type SoupMetadata } from './soup-metadata.ts';

interface SoupIngredient {
  readonly name: string;
  /** Where it was when the soup was written. */
  readonly recordedPath: string;
  readonly sha256: string;
  /** Null where each group of tensors has weights of its own. */
  readonly weight: number | null;
  /** Where it is now, known by its content; null where it is not found. */
  readonly path: string | null;
}

/** What a soup says of where it comes from, and what of that is here. */
export interface Provenance {
  readonly file: string;
  /** What the file says of its run; null where `stockpot merge` wrote it, or an earlier version. */
  readonly run: Exclude<SoupMetadata['run'], undefined> | null;
  /** The run in this workspace. */
  readonly here: RunHere | null;
  readonly recipe: string;
  readonly summary: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly architecture: string | null;
  readonly stockpot: string | null;
  readonly accumulate: Origin['accumulate'];
  readonly dtype: Origin['dtype'];
  readonly ingredients: readonly SoupIngredient[];
  /** Why no recipe can be restored from it; null where one can, once all ingredients are there. */
  readonly problem: ErrorFacts | null;
}

/**
 * @throws StockpotError `verify/not-a-soup`, `verify/no-hashes`, `verify/bad-metadata`, `checkpoint/…`, `file/…` of the folder
 */
export async function provenanceOf(
  request: RestoreRequest,
  exports: Pick<ExportRepository, 'ofSize'>,
  { signal }: JobOptions = {},
): Promise<Provenance> {
  const file = resolve(request.file);
  const metadata = await originMetadata(file, signal);
  const origin = readOrigin(metadata, file);
  const told = metadata[SOUP_KEY] === undefined ? undefined : readSoupMetadata(metadata, file);
  return {
    file,
    run: told?.run ?? null,
    here: await knownExport(file, exports, signal),
    recipe: origin.recipe,
    summary: told?.summary ?? null,
    options: (told?.options ?? {}) as Readonly<Record<string, unknown>>,
    architecture: told === undefined ? null : architectureName(told.architecture),
    stockpot: told?.stockpot ?? null,
    accumulate: origin.accumulate,
    dtype: origin.dtype,
    ingredients: await ingredientsOf(origin, request, file, signal),
    problem: problemOf(metadata, file),
  };
}

async function ingredientsOf(
  { ingredients, groups }: Origin,
  { ingredientFolder, knownPaths }: RestoreRequest,
  file: string,
  signal: AbortSignal | undefined,
): Promise<readonly SoupIngredient[]> {
  const places = { folder: dirname(file), knownPaths };
  const search = folderSearch(ingredientFolder, signal);
  const found: SoupIngredient[] = [];
  for (const [index, { name, path, sha256 }] of ingredients.entries()) {
    found.push({
      name,
      sha256,
      recordedPath: fromPortablePath(path, places.folder),
      weight: groups.length === 1 ? groups[0]!.weights[index]! : null,
      path: (await findIngredient({ path, sha256 }, places, search, signal)) ?? null,
    });
  }
  return found;
}

function problemOf(metadata: Readonly<Record<string, string>>, file: string): ErrorFacts | null {
  try {
    recipeIn(metadata, file);
    return null;
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown.toFacts();
    throw thrown;
  }
}
