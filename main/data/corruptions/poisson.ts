import type { Random } from '../../random.ts';

/** Above it, `exp(−mean)` loses digits and the search gets long; a Poisson number is then the sum of several. */
const LARGEST_PIECE = 64;

/**
 * A Poisson-distributed integer, by inversion with sequential search (L. Devroye, "Non-Uniform Random Variate Generation", 1986,
 * chapter X.3).
 * @param mean at least 0
 */
export function poisson(mean: number, random: Random): number {
  let rest = mean;
  let total = 0;
  while (rest > LARGEST_PIECE) {
    total += smallPoisson(LARGEST_PIECE, random.uniform());
    rest -= LARGEST_PIECE;
  }
  return total + smallPoisson(rest, random.uniform());
}

function smallPoisson(mean: number, uniform: number): number {
  let probability = Math.exp(-mean);
  let below = probability;
  let count = 0;
  // Once terms are too small to add, the search would not end for a `uniform` that rounding left above their sum.
  while (uniform >= below && (probability > 1e-18 || count < mean)) {
    count += 1;
    probability *= mean / count;
    below += probability;
  }
  return count;
}
