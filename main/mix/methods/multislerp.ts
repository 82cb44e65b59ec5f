import { z } from 'zod';
import { StockpotError } from '../../errors.ts';
import { isOn, numberOf, sum, valuesOf, weight, weightsMustNotCancel } from './options.ts';
import { type Gram, gramOf, weightedSum } from './span.ts';
import { besidesBase } from './tables.ts';
import type { Combine, PiecedTensor, TensorMethod } from './tensor-method.ts';

/**
 * Barycentric interpolation on a sphere: the weighted mean of the tensors' directions, brought back to the sphere by the exponential
 * map, and given the weighted mean of their lengths. With a base, of the differences from it. All of it lies in the span of the
 * tensors, so their inner products decide it. Two opposite tensors whose directions cancel are averaged as they are; so are any number that
 * are zero, where mergekit fails.
 */
export const multislerp: TensorMethod = {
  name: 'multislerp',
  title: 'Multi-SLERP',
  description:
    'SLERP of any number of models: the average direction with the average length. With a base, of what they changed in it.',
  source: 'https://goddard.blog/posts/multislerp-wow-what-a-cool-idea',
  base: 'optional',
  ingredients: { minimum: 1 },
  parameters: {
    shared: z.strictObject({
      normalize_weights: z.boolean().default(true).describe('Divide by the sum of the weights'),
      eps: z.number().min(0).default(1e-8).describe('Added to lengths so that nothing is divided by zero'),
    }),
    each: z.strictObject({ weight }),
  },
  problems: (parameters, ingredientCount) => {
    const ingredients = besidesBase(ingredientCount, parameters);
    if (ingredients.length < 2 || !isOn(parameters, 'normalize_weights')) return [];
    return weightsMustNotCancel(parameters, ingredients, 'normalize_weights');
  },
  looksAhead: () => true,
  prepare(tensor, parameters) {
    const ingredients = besidesBase(tensor.ingredientCount, parameters);
    if (ingredients.length === 1) return weightedSum(tensor, ingredients, [1]);
    const given = valuesOf(parameters, 'weight', ingredients);
    const divisor = isOn(parameters, 'normalize_weights') ? sum(given) : 1;
    const weights = given.map((value) => value / divisor);
    const gram = gramOf(tensor, ingredients, parameters.base);
    const coefficients = onSphere(tensor, gram, weights, numberOf(parameters, 'eps'));
    return fromBase(tensor, parameters.base, ingredients, coefficients);
  },
};

/** Σ cᵢ θᵢ, or θ₀ + Σ cᵢ (θᵢ − θ₀) with a base. */
export function fromBase(
  tensor: PiecedTensor,
  base: number | undefined,
  ingredients: readonly number[],
  coefficients: readonly number[],
): Combine {
  if (base === undefined) return weightedSum(tensor, ingredients, coefficients);
  return weightedSum(tensor, [base, ...ingredients], [1 - sum(coefficients), ...coefficients]);
}

/** ‖Σ cᵢ θᵢ‖ */
export function lengthOf(gram: Gram, coefficients: readonly number[]): number {
  return Math.sqrt(Math.max(0, sum(coefficients.map((c, i) => c * productWith(gram, coefficients, i)))));
}

/** ⟨Σ cⱼ θⱼ, θᵢ⟩ */
export function productWith(gram: Gram, coefficients: readonly number[], i: number): number {
  return sum(coefficients.map((c, j) => c * gram(i, j)));
}

function onSphere({ name }: PiecedTensor, gram: Gram, weights: readonly number[], eps: number): readonly number[] {
  const lengths = weights.map((_, i) => Math.sqrt(gram(i, i)));
  const toUnit = lengths.map((length) => 1 / (length + eps));
  const directions = weights.map((value, i) => value * toUnit[i]!);
  const meanLength = lengthOf(gram, directions);
  if (meanLength < eps) {
    if (weights.length === 2 || lengths.every((length) => length === 0)) return weights;
    throw new StockpotError({
      code: 'mix/directions-cancel',
      what: 'The weighted directions of the tensors cancel out, so there is no average direction',
      where: name,
      remedy: 'Choose other weights, or another method for this tensor.',
    });
  }
  const mean = directions.map((value) => value / meanLength);
  const alongMean = sum(directions.map((value, i) => value * productWith(gram, mean, i)));
  const tangent = directions.map((value, i) => value - alongMean * mean[i]!);
  const angle = lengthOf(gram, tangent) + eps;
  const length = sum(weights.map((value, i) => value * lengths[i]!));
  return mean.map((value, i) => length * (value * Math.cos(angle) + tangent[i]! * (Math.sin(angle) / angle)));
}
