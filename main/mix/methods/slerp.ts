import { z } from 'zod';
import { noOptions, numberOf } from './options.ts';
import { gramOf, weightedSum } from './span.ts';
import { baseOf, besidesBase } from './tables.ts';
import type { TensorMethod } from './tensor-method.ts';

/** Vectors shorter than this are taken as they are, not normalised. */
const SHORTEST = 1e-8;

/** Above this |cosine| vectors count as lying on one line and are interpolated along it. */
const ON_ONE_LINE = 0.9995;

/**
 * sin((1 − t)θ)/sin θ · base + sin(tθ)/sin θ · other, θ the angle between the whole tensors (Shoemake, "Animating rotation with
 * quaternion curves", 1985); (1 − t) · base + t · other where they lie on one line. Lengths are not normalised.
 */
export const slerp: TensorMethod = {
  name: 'slerp',
  title: 'SLERP',
  description:
    'Goes from the base to one other model along the arc between them, which keeps the length of the weights where a straight line would cut the corner.',
  source: 'https://en.wikipedia.org/wiki/Slerp',
  base: 'needed',
  ingredients: { minimum: 1, maximum: 1 },
  parameters: {
    shared: z.strictObject({
      t: z.number().default(0.5).describe('How far to go: 0 is the base, 1 the other model'),
    }),
    each: noOptions,
  },
  looksAhead: () => true,
  prepare(tensor, parameters) {
    const base = baseOf(parameters);
    const ingredients = [base, ...besidesBase(tensor.ingredientCount, parameters)];
    const gram = gramOf(tensor, ingredients);
    const lengths = [0, 1].map((i) => Math.sqrt(gram(i, i))).map((length) => (length <= SHORTEST ? 1 : length));
    const cosine = clamp(gram(0, 1) / lengths[0]! / lengths[1]!, -1, 1);
    return weightedSum(tensor, ingredients, alongArc(numberOf(parameters, 't'), cosine, ON_ONE_LINE));
  },
};

/** What the two ends of an arc count at t; where the cosine's size passes `onOneLine`, of a straight line. */
export function alongArc(t: number, cosine: number, onOneLine: number): readonly [number, number] {
  if (Math.abs(cosine) > onOneLine) return [1 - t, t];
  const angle = Math.acos(cosine);
  return [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
}

/** NaN stays NaN. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
