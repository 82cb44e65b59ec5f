import { z } from 'zod';
import type { Blend } from './blend.ts';

const method = z.object({
  name: z.string(),
  base: z.int().min(0).optional(),
  shared: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
  each: z.record(z.string(), z.array(z.number())),
  seed: z.int(),
});

const ingredient = z.object({ ingredient: z.int().min(0) });

const group = z.object({
  name: z.string(),
  tensors: z.union([z.literal('rest'), z.array(z.string())]),
  weights: z.array(z.number()),
  method: method.optional(),
});

/** The fields of a blend, as files keep them. */
export const blendFields = {
  groups: z.array(group),
  inputs: z
    .array(z.union([ingredient, z.object({ blend: z.lazy((): z.ZodType<Blend> => blend as z.ZodType<Blend>) })]))
    .optional(),
};

const blend = z.object(blendFields);
