import { z } from 'zod';
import { noOptions, numberOf } from './options.ts';
import { addressOf, arithmeticFor, baseOf, besidesBase } from './tables.ts';
import type { TensorMethod } from './tensor-method.ts';

/** w · other + (1 − w) · base with w = t ∕ |base − other|, within 0 and 1; differences count as 10⁻⁶ at least. */
export const nearswap: TensorMethod = {
  name: 'nearswap',
  title: 'NearSwap',
  description:
    'Takes the other model where it is close to the base (within t) and less of it the further away it is; adds a touch of another model without disturbing much.',
  source: 'https://huggingface.co/alchemonaut/QuartetAnemoi-70B-t0.0001',
  base: 'needed',
  ingredients: { minimum: 1, maximum: 1 },
  parameters: {
    shared: z.strictObject({
      t: z.number().default(0.001).describe('The distance within which the other model is taken as it is'),
    }),
    each: noOptions,
  },
  looksAhead: () => false,
  prepare(tensor, parameters) {
    const base = baseOf(parameters);
    const [other] = besidesBase(tensor.ingredientCount, parameters) as [number];
    const t = numberOf(parameters, 't');
    const { swapNear } = arithmeticFor(tensor);
    return (piece, result) =>
      swapNear(addressOf(piece, base), addressOf(piece, other), t, piece.count, result.byteOffset);
  },
};
