import { clamp } from './slerp.ts';

/** Denominators of t below this are a singularity: opposed changes, which leave the base as it is. */
const SINGULAR = 1e-6;

/**
 * How far to go from the base to the mean of N models: t = N cos θ ∕ (1 + (N − 1) cos θ), where cos θ is the mean cosine between what any
 * two models changed in the base (Jang et al., "Model Stock", ECCV 2024, equation 7; for N = 2 equation 5).
 * @param gram ⟨θᵢ − θ₀, θⱼ − θ₀⟩
 * @param floor the least product of two lengths; 0 as in the paper
 */
export function modelStockRatio(gram: (i: number, j: number) => number, count: number, floor: number): number {
  let cosines = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const lengths = Math.sqrt(gram(i, i)) * Math.sqrt(gram(j, j));
      // A model that changed nothing is at right angles to everything.
      cosines += lengths === 0 ? 0 : clamp(gram(i, j) / Math.max(lengths, floor), -1, 1);
    }
  }
  const cosine = cosines / ((count * (count - 1)) / 2);
  const denominator = 1 + (count - 1) * cosine;
  return Math.abs(denominator) < SINGULAR ? 0 : (count * cosine) / denominator;
}
