import { isAbsolute, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { architectureSchema } from '../../architectures/architecture-schema.ts';
import { StockpotError } from '../../errors.ts';
import { blendFields } from '../../mix/blend-schema.ts';
import { writtenReading } from '../ingredients/reading-schema.ts';

/** The key under which an exported file carries its origin. */
export const SOUP_KEY = 'stockpot.soup';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const soupSchema = z.object({
  version: z.literal(1),
  stockpot: z.string(),
  /** Of the workspace that it was exported from. Not in files of earlier versions. */
  run: z.object({ id: z.number(), project: z.string(), finishedAt: z.string().nullable() }).optional(),
  recipe: z.string(),
  options: z.unknown(),
  summary: z.string(),
  architecture: architectureSchema,
  runtime: z.string().nullable(),
  /** In the order that sums run in. Paths relative to the exported file's folder where that is possible. */
  ingredients: z.array(z.object({ name: z.string(), path: z.string(), sha256, ...writtenReading })).min(1),
  ...blendFields,
  accumulate: z.enum(['f32', 'f64']),
  dtype: z.enum(['keep', 'F16', 'BF16', 'F32', 'F64']),
  /** Accuracy by subject and split. */
  scores: z.record(z.string(), z.record(z.string(), z.object({ correct: z.number(), total: z.number() }))),
});

/** What an exported soup says of itself; enough to compute it again. */
export type SoupMetadata = z.infer<typeof soupSchema>;

/** @throws StockpotError `verify/not-a-soup`, `verify/bad-metadata` */
export function readSoupMetadata(metadata: Readonly<Record<string, string>>, path: string): SoupMetadata {
  const text = metadata[SOUP_KEY];
  if (text === undefined) {
    throw new StockpotError({
      code: 'verify/not-a-soup',
      what: 'The file does not say what it was made from',
      where: path,
      remedy: 'Only files written by stockpot export, or by stockpot merge --hash, can be verified.',
    });
  }
  return parseJson(text, soupSchema, path);
}

/** Relative to `folder`, so that a folder with ingredients and soup may move; absolute on another drive. */
export function portablePath(path: string, folder: string): string {
  const short = relative(folder, path);
  return isAbsolute(short) ? path : short.split(sep).join('/');
}

export function fromPortablePath(path: string, folder: string): string {
  return resolve(folder, path);
}

/** @throws StockpotError `verify/bad-metadata` */
export function parseJson<T>(text: string, schema: z.ZodType<T>, path: string): T {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new StockpotError({
    code: 'verify/bad-metadata',
    what: 'What the file says of its origin cannot be read',
    where: path,
    details: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    remedy: 'It was changed after it was written, or written by another version of Stockpot.',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported as unreadable metadata by the schema.
    return undefined;
  }
}
