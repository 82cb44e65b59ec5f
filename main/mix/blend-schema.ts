import { z } from 'zod';
import type { Arrangement } from './arrangement.ts';
import type { Blend } from './blend.ts';

const method = z.object({
  name: z.string(),
  base: z.int().min(0).optional(),
  shared: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
  each: z.record(z.string(), z.array(z.number())),
  seed: z.int(),
});

const counts = z.array(z.int());

const arrangement = z.object({
  symmetries: z.object({
    groups: z.array(z.object({ name: z.string(), channels: z.int(), bundleSize: z.int() })),
    families: z.array(z.object({ groups: counts, bundles: z.int(), bundlesMove: z.boolean() })),
    tensors: z.array(
      z.object({
        name: z.string(),
        shape: counts,
        axes: z.array(z.array(z.object({ group: z.int().optional(), block: z.int(), length: z.int() }))),
        grouped: z.array(
          z.object({
            start: z.int(),
            inputs: z.int().optional(),
            outputs: z.int().optional(),
            bundles: z.int(),
            outputSize: z.int(),
            family: z.int().optional(),
          }),
        ),
      }),
    ),
  }),
  permutations: z.array(counts),
}) as unknown as z.ZodType<Arrangement>;

const ingredient = z.object({ ingredient: z.int().min(0), arrangement: arrangement.optional() });

const computedFile = z.object({ name: z.string(), path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

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
    .array(
      z.union([
        ingredient,
        z.object({ file: computedFile }),
        z.object({
          blend: z.lazy((): z.ZodType<Blend> => blend as z.ZodType<Blend>),
          arrangement: arrangement.optional(),
        }),
      ]),
    )
    .optional(),
};

const blend = z.object(blendFields);
