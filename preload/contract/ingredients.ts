import { z } from 'zod';
import { id, procedure, timestamp } from './base.ts';

const ingredientRow = z.object({
  id,
  projectId: id,
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  format: z.string(),
  sha256: z.string(),
  byteSize: z.int(),
  parameterCount: z.int(),
  /** For people: `cnn 16-32`. */
  architecture: z.string(),
  origin: z.enum(['imported', 'trained']),
  baseId: id.nullable(),
  hyperparameters: z.record(z.string(), z.unknown()),
  createdAt: timestamp,
  /** The file is no longer where it was. */
  missing: z.boolean(),
});

export type IngredientRow = Readonly<z.infer<typeof ingredientRow>>;

export const ingredients = {
  list: procedure.input(z.object({ projectId: id })).output(z.array(ingredientRow).readonly()),
};
