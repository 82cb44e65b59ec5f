import { dirname, resolve } from 'node:path';
import { StockpotError } from '../../errors.ts';
import {
  type Blend,
  type ComputedFile,
  computedFilesOf,
  mixtureOfBlend,
  partakersOf,
  prunedBlend,
  withComputedFiles,
} from '../../mix/blend.ts';
import type { FileIngredient, Mixture } from '../../mix/mixture.ts';
import { type VerifyResult, verifyMixture } from '../../mix/verify.ts';
import { readingOf } from '../ingredients/reading-schema.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { findIngredient, folderSearch } from './find-ingredient.ts';
import { type Origin, readOrigin } from './origin.ts';
import { originMetadata } from './origin-metadata.ts';

export interface VerifyRequest {
  readonly file: string;
  /** Looked through for ingredients that are not at the recorded paths. */
  readonly ingredientFolder?: string;
  /** Other places that a file with this content was seen at, such as a workspace's. */
  readonly knownPaths?: (sha256: string) => readonly string[];
}

export interface Verification extends VerifyResult {
  readonly soup: Origin;
  /** Where the ingredients were found, in the soup's order; those without any weight are not looked for. */
  readonly ingredients: readonly { readonly name: string; readonly path: string | undefined }[];
}

/**
 * Computes an exported or merged soup again from its ingredients and compares it bit for bit.
 * @throws StockpotError `verify/not-a-soup`, `verify/no-hashes`, `verify/bad-metadata`, `verify/missing-ingredients`, `checkpoint/…`, `mix/…`
 */
export async function verifyFile(request: VerifyRequest, options: JobOptions = {}): Promise<Verification> {
  const file = resolve(request.file);
  const soup = readOrigin(await originMetadata(file, options.signal), file);
  const partakers = partakersOf(soup);
  const takesPart = soup.ingredients.map((_, i) => partakers.includes(i));
  const paths: (string | undefined)[] = [];
  const places = { folder: dirname(file), knownPaths: request.knownPaths };
  const search = folderSearch(request.ingredientFolder, options.signal);
  for (const [index, ingredient] of soup.ingredients.entries()) {
    paths.push(
      takesPart[index] === true ? await findIngredient(ingredient, places, search, options.signal) : undefined,
    );
  }
  const files = computedFilesOf(soup);
  const computed = new Map<string, string | undefined>();
  for (const known of files) {
    computed.set(known.sha256, await findIngredient(known, places, search, options.signal));
  }
  refuseMissing(
    [
      ...soup.ingredients.filter((_, i) => takesPart[i] === true && paths[i] === undefined),
      ...files.filter(({ sha256 }) => computed.get(sha256) === undefined),
    ],
    file,
  );
  const here = withComputedFiles(soup, (known) => ({ ...known, path: computed.get(known.sha256) ?? '' }));
  const result = await verifyMixture(mixtureOf(soup, here, paths), file, options);
  return { ...result, soup, ingredients: soup.ingredients.map(({ name }, i) => ({ name, path: paths[i] })) };
}

function refuseMissing(missing: readonly ComputedFile[], file: string): void {
  if (missing.length === 0) return;
  throw new StockpotError({
    code: 'verify/missing-ingredients',
    what: `${missing.length} of the soup's ingredients cannot be found, or have changed`,
    where: file,
    details: missing.map(({ name, path, sha256 }) => `${name}: ${path}, SHA-256 ${sha256}`),
    remedy: 'Say where they are: --ingredients FOLDER; they are recognised by their content.',
  });
}

/** Only what takes part: the others' files need not be there. */
function mixtureOf(soup: Origin, blend: Blend, paths: readonly (string | undefined)[]): Mixture {
  const files = soup.ingredients.map(
    (ingredient, i): FileIngredient => ({
      path: paths[i] ?? '',
      sha256: ingredient.sha256,
      reading: readingOf(ingredient),
    }),
  );
  return mixtureOfBlend(files, prunedBlend(blend), soup);
}
