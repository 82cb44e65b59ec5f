import { z } from 'zod';
import { StockpotError } from '../../errors.ts';
import { blendFields } from '../../mix/blend-schema.ts';
import { writtenReading } from '../ingredients/reading-schema.ts';
import { parseJson, readSoupMetadata, SOUP_KEY, type SoupMetadata } from './soup-metadata.ts';

/** The key under which a file of `stockpot merge` carries its origin. */
const MERGE_KEY = 'stockpot.merge';

/** What a soup must say of itself to be computed again, whichever command wrote it. */
export type Origin = Pick<SoupMetadata, 'recipe' | 'ingredients' | 'groups' | 'inputs' | 'accumulate' | 'dtype'> & {
  /** What the recipe was cooked with; only files of `stockpot merge` say it here. */
  readonly cooked?: { readonly options: unknown; readonly scope?: unknown; readonly seed: number } | undefined;
};

const mergeSchema = z.object({
  recipe: z.string(),
  accumulate: z.enum(['f32', 'f64']),
  dtype: z.enum(['keep', 'F16', 'BF16', 'F32', 'F64']),
  ingredients: z
    .array(
      z.object({
        name: z.string(),
        /** Where there is no blend. */
        weight: z.number().optional(),
        /** Relative to the soup's folder where that is possible. Both are there when it was merged with --hash. */
        path: z.string().optional(),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
        ...writtenReading,
      }),
    )
    .min(1),
  /** Where the outcome is more than one weight per ingredient. */
  blend: z.object(blendFields).optional(),
  options: z.unknown().optional(),
  scope: z.unknown().optional(),
  seed: z.int().optional(),
});

export function tellsOrigin(metadata: Readonly<Record<string, string>>): boolean {
  return metadata[SOUP_KEY] !== undefined || metadata[MERGE_KEY] !== undefined;
}

/**
 * @param path the file that the metadata are from
 * @throws StockpotError `verify/not-a-soup`, `verify/no-hashes`, `verify/bad-metadata`
 */
export function readOrigin(metadata: Readonly<Record<string, string>>, path: string): Origin {
  const text = metadata[MERGE_KEY];
  if (metadata[SOUP_KEY] !== undefined || text === undefined) return readSoupMetadata(metadata, path);
  const { recipe, accumulate, dtype, ingredients, blend, options, scope, seed } = parseJson(text, mergeSchema, path);
  return {
    recipe,
    accumulate,
    dtype,
    ingredients: ingredients.map(({ name, path: place = name, sha256, stateDict, map }) => {
      if (sha256 === undefined) throw noHashes(path);
      return { name, path: place, sha256, stateDict, map };
    }),
    ...(blend ?? {
      groups: [{ name: 'all', tensors: 'rest', weights: ingredients.map(({ weight }) => weight ?? 0) }],
    }),
    ...(options === undefined ? {} : { cooked: { options, scope, seed: seed ?? 0 } }),
  };
}

function noHashes(path: string): StockpotError {
  return new StockpotError({
    code: 'verify/no-hashes',
    what: 'The file was merged without the hashes of its ingredients, so they cannot be recognised',
    where: path,
    remedy: 'Merge again with --hash.',
  });
}
