import { z } from 'zod';
import { CARRIED_TABLES, type ProjectRows } from '../../../../db/repositories/project-rows.ts';
import { architectureSchema } from '../../../architectures/architecture-schema.ts';
import { CHECKPOINT_FORMATS } from '../../../checkpoints/formats.ts';
import { dataSourceSchema, normalizationSchema } from '../../../data/source.ts';
import { DEFAULT_METRIC, METRICS } from '../../../metrics/index.ts';
import { blendFields } from '../../../mix/blend-schema.ts';
import { readingSchema } from '../../ingredients/reading-schema.ts';
import { malformed, SHA256 } from './layout.ts';

/** A JSON column whose value is checked; it stays text. */
function jsonText(schema: z.ZodType) {
  return z.string().superRefine((text, context) => {
    const result = schema.safeParse(parsed(text));
    if (!result.success)
      context.addIssue({ code: 'custom', message: result.error.issues[0]?.message ?? 'is not valid' });
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const value = z.union([z.string(), z.number(), z.null()]);
/** SQLite's own checks see to the other columns. */
const row = (shape: z.ZodRawShape) => z.object(shape).catchall(value);

const hash = z.string().regex(SHA256);
const id = z.int();
const json = jsonText(z.json());

/** One that a newer Stockpot added leaves the default to decide. */
const metricId = z.enum(METRICS.map(({ id }) => id)).catch(DEFAULT_METRIC.id);

const coefficients = z
  .object({ groups: z.array(z.object({ name: z.string(), weights: z.array(z.number()) }).loose()).max(100_000) })
  .and(z.object(blendFields));

const sweepAxis = z.object({
  option: z.array(z.union([z.string(), z.int()])).min(1),
  values: z.array(z.number()).min(2).max(1000),
});

const SHAPES: Readonly<Record<string, z.ZodRawShape>> = {
  projects: {
    id,
    name: z.string(),
    tags: jsonText(z.array(z.string())),
    deleted_at: z.null(),
    deleted_name: z.null(),
    metric: metricId.optional(),
  },
  ingredients: {
    id,
    name: z.string(),
    path: z.string(),
    sha256: hash,
    format: z.enum(CHECKPOINT_FORMATS),
    reading: jsonText(readingSchema).nullable().optional(),
    architecture: jsonText(architectureSchema),
    tags: jsonText(z.array(z.string())).optional(),
    hyperparameters: jsonText(z.record(z.string(), z.json())),
  },
  datasets: { id, name: z.string() },
  splits: {
    id,
    key: hash,
    name: z.string(),
    source: jsonText(dataSourceSchema),
    normalization: jsonText(normalizationSchema),
    sample_count: z.int().positive(),
    sample_shape: jsonText(z.array(z.int().positive()).min(1).max(4)),
    class_count: z.int().positive(),
  },
  subjects: { id, key: hash, definition: json },
  predictions: { key: hash, sha256: hash, split_key: hash, preprocessing: z.string(), runtime_identity: z.string() },
  evaluations: { id, split_key: hash, preprocessing: z.string(), runtime_identity: z.string() },
  runs: {
    id,
    recipe: z.string(),
    recipe_file: z.string(),
    options: jsonText(z.record(z.string(), z.json())),
    architecture: jsonText(architectureSchema),
    coefficients: z.union([z.null(), jsonText(coefficients)]),
    used: z.union([z.null(), jsonText(z.array(z.string()))]),
    runtime_identity: z.string().nullable(),
  },
  trace_steps: { step: json },
  sweeps: {
    id,
    recipe: z.string(),
    recipe_file: z.string(),
    axes: jsonText(z.array(sweepAxis).min(1).max(2)),
    metric: metricId,
    deleted_at: z.null(),
  },
};

const rowsSchema = z
  .strictObject(
    Object.fromEntries(CARRIED_TABLES.map((table) => [table, z.array(row(SHAPES[table] ?? {})).default([])])),
  )
  .refine((tables) => tables.projects?.length === 1, { message: 'it holds not exactly one project' });

/** @throws StockpotError `projects/malformed-file` */
export function parseRows(text: string, path: string): ProjectRows {
  const result = rowsSchema.safeParse(parsed(text));
  if (result.success) return result.data as unknown as ProjectRows;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw malformed(path, [place, issue?.message].filter((part) => part !== undefined && part !== '').join(': '));
}
