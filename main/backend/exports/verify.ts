import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkpointExtension } from '../../checkpoints/formats.ts';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { Mixture, MixtureIngredient } from '../../mix/mixture.ts';
import { hashIngredient } from '../../mix/open-ingredients.ts';
import { type VerifyResult, verifyMixture } from '../../mix/verify.ts';
import { readingOf } from '../ingredients/reading-schema.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { type Origin, readOrigin } from './origin.ts';
import { originMetadata } from './origin-metadata.ts';
import { fromPortablePath } from './soup-metadata.ts';

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
  const takesPart = soup.ingredients.map((_, i) => soup.groups.some((group) => group.weights[i] !== 0));
  const paths: (string | undefined)[] = [];
  const search = folderSearch(request.ingredientFolder, options.signal);
  for (const [index, ingredient] of soup.ingredients.entries()) {
    paths.push(takesPart[index] === true ? await find(ingredient, file, request, search, options.signal) : undefined);
  }
  refuseMissing(soup, takesPart, paths, file);
  const result = await verifyMixture(mixtureOf(soup, paths), file, options);
  return { ...result, soup, ingredients: soup.ingredients.map(({ name }, i) => ({ name, path: paths[i] })) };
}

type SearchByHash = (sha256: string) => Promise<string | undefined>;

async function find(
  { path, sha256 }: Origin['ingredients'][number],
  file: string,
  { knownPaths }: VerifyRequest,
  search: SearchByHash,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (const candidate of [fromPortablePath(path, dirname(file)), ...(knownPaths?.(sha256) ?? [])]) {
    if (existsSync(candidate) && (await hashIngredient(candidate, signal)) === sha256) return candidate;
  }
  return search(sha256);
}

/** Hashes a folder's files one by one until the content is found, each at most once. */
function folderSearch(folder: string | undefined, signal: AbortSignal | undefined): SearchByHash {
  if (folder === undefined) return async () => undefined;
  const waiting = withFileErrors(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && checkpointExtension(entry.name) !== undefined)
    .map((entry) => join(folder, entry.name));
  const seen = new Map<string, string>();
  return async (sha256) => {
    while (!seen.has(sha256) && waiting.length > 0) {
      const path = waiting.shift()!;
      const found = await hashOf(path, signal);
      if (found !== undefined) seen.set(found, path);
    }
    return seen.get(sha256);
  };
}

/** undefined for a file that is no checkpoint: the folder may hold anything. */
async function hashOf(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return await hashIngredient(path, signal);
  } catch (thrown) {
    if (thrown instanceof StockpotError && thrown.kind === 'input') return undefined;
    throw thrown;
  }
}

function refuseMissing(
  soup: Origin,
  takesPart: readonly boolean[],
  paths: readonly (string | undefined)[],
  file: string,
): void {
  const missing = soup.ingredients.filter((_, i) => takesPart[i] === true && paths[i] === undefined);
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
function mixtureOf(soup: Origin, paths: readonly (string | undefined)[]): Mixture {
  const present = soup.ingredients.flatMap((ingredient, index) => {
    const path = paths[index];
    return path === undefined ? [] : [{ index, path, sha256: ingredient.sha256, reading: readingOf(ingredient) }];
  });
  return {
    ingredients: present.map(({ path, sha256, reading }): MixtureIngredient => ({ path, sha256, reading })),
    groups: soup.groups.map((group) => ({ ...group, weights: present.map(({ index }) => group.weights[index]!) })),
    accumulate: soup.accumulate,
    dtype: soup.dtype,
  };
}
