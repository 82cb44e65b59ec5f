import { z } from 'zod';

/** A value, a gradient over the layers, or either by filter; what the method makes of it is checked by the method. */
const parameters = z.record(z.string(), z.unknown()).nullish();

const model = z.string().min(1);

const dtype = z.enum(['float16', 'bfloat16', 'float32', 'float64']);

const sliceSchema = z.strictObject({
  sources: z
    .array(z.strictObject({ model, layer_range: z.tuple([z.int().min(0), z.int().min(1)]).optional(), parameters }))
    .min(1),
  base_model: model.optional(),
  parameters,
});

/** The keys of a mergekit configuration that Stockpot knows; what is not done with them is said elsewhere. */
export const mergekitSchema = z.strictObject({
  merge_method: z.string().min(1),
  models: z.array(z.strictObject({ model, parameters })).min(1).optional(),
  slices: z.array(sliceSchema).min(1).optional(),
  base_model: model.nullish(),
  parameters,
  dtype: dtype.optional(),
  out_dtype: dtype.optional(),
  tokenizer_source: z.string().optional(),
  tokenizer: z.record(z.string(), z.unknown()).optional(),
  chat_template: z.string().optional(),
});

export type MergekitConfig = z.infer<typeof mergekitSchema>;
export type MergekitSlice = z.infer<typeof sliceSchema>;
