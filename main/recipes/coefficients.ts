import type { Coefficients } from './recipe.ts';

/** The same weights for every tensor. */
export function plainCoefficients(weights: readonly number[]): Coefficients {
  return { groups: [{ name: 'all', tensors: 'rest', weights }] };
}

/** The plain average of the ingredients at `chosen`, out of `count`. */
export function averageOf(chosen: readonly number[], count: number): Coefficients {
  const weights = new Array<number>(count).fill(0);
  for (const index of chosen) weights[index] = 1 / chosen.length;
  return plainCoefficients(weights);
}
