import { z } from 'zod';
import { lengthOf, productWith } from './multislerp.ts';
import { noOptions, numberOf, sum } from './options.ts';
import { clamp } from './slerp.ts';
import { type Gram, gramOf, weightedSum } from './span.ts';
import { allIngredients } from './tables.ts';
import type { TensorMethod } from './tensor-method.ts';

/** Where two directions are this close to opposite, no way between them is the shortest. */
const OPPOSITE = 1e-12;

/**
 * The Karcher (Riemannian) mean of the tensors' directions on the unit sphere, all counting the same, with the mean of their lengths.
 * Found by going along the mean of the logarithms until it vanishes. Every iterate lies in the span of the tensors, so the iteration
 * runs on their inner products alone. Tensors no longer than `tol` give no direction.
 */
export const karcher: TensorMethod = {
  name: 'karcher',
  title: 'Karcher mean',
  description:
    'The mean of any number of models on the sphere: the direction with the least sum of squared angles to all of them, and their average length.',
  source: 'https://arxiv.org/abs/2603.04972',
  base: 'unused',
  ingredients: { minimum: 1 },
  parameters: {
    shared: z.strictObject({
      max_iter: z.int().min(0).default(10).describe('How many steps to take at most'),
      tol: z.number().min(0).default(1e-5).describe('Angles and lengths below this count as zero'),
    }),
    each: noOptions,
  },
  looksAhead: () => true,
  prepare(tensor, parameters) {
    const ingredients = allIngredients(tensor);
    if (ingredients.length === 1) return weightedSum(tensor, ingredients, [1]);
    const gram = gramOf(tensor, ingredients);
    const iterations = numberOf(parameters, 'max_iter');
    return weightedSum(
      tensor,
      ingredients,
      karcherMean(gram, ingredients.length, iterations, numberOf(parameters, 'tol')),
    );
  },
};

function karcherMean(gram: Gram, count: number, iterations: number, tolerance: number): readonly number[] {
  const lengths = Array.from({ length: count }, (_, i) => Math.sqrt(gram(i, i)));
  const usable = lengths.flatMap((length, i) => (length <= tolerance ? [] : [i]));
  if (usable.length === 0) return lengths.map(() => 0);
  const share = 1 / usable.length;
  const scaleToLength = (values: readonly number[], length: number) => values.map((value) => value / length);
  let mean = lengths.map((length, i) => (usable.includes(i) ? share / length : 0));
  const meanLength = lengthOf(gram, mean);
  const first = usable[0]!;
  mean =
    meanLength < tolerance
      ? lengths.map((length, i) => (i === first ? 1 / length : 0))
      : scaleToLength(mean, meanLength);
  for (let step = 0; step < iterations; step++) {
    const tangent = new Array<number>(count).fill(0);
    for (const i of usable) {
      const cosine = clamp(productWith(gram, mean, i) / lengths[i]!, -1, 1);
      const angle = Math.acos(cosine);
      if (angle < tolerance || Math.sin(angle) < OPPOSITE) continue;
      const factor = (share * angle) / Math.sin(angle);
      tangent[i]! += factor / lengths[i]!;
      for (const [j, value] of mean.entries()) tangent[j]! -= factor * cosine * value;
    }
    const length = lengthOf(gram, tangent);
    if (length < tolerance) break;
    mean = mean.map((value, i) => Math.cos(length) * value + Math.sin(length) * (tangent[i]! / length));
    const away = lengthOf(gram, mean);
    if (away > tolerance) mean = scaleToLength(mean, away);
  }
  const scale = sum(lengths) / count;
  return mean.map((value) => value * scale);
}
