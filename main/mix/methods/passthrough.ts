import { z } from 'zod';
import { noOptions, valuesOf } from './options.ts';
import { weightedSum } from './span.ts';
import type { TensorMethod } from './tensor-method.ts';

/** scale · θ */
export const passthrough: TensorMethod = {
  name: 'passthrough',
  title: 'Passthrough',
  description: 'One ingredient as it is, or scaled. For parts of a model that are not to be merged.',
  source: 'https://github.com/arcee-ai/mergekit',
  base: 'unused',
  ingredients: { minimum: 1, maximum: 1 },
  parameters: {
    shared: noOptions,
    each: z.strictObject({ scale: z.number().default(1).describe('What every value is multiplied by') }),
  },
  looksAhead: () => false,
  prepare: (tensor, parameters) => weightedSum(tensor, [0], valuesOf(parameters, 'scale', [0])),
};
