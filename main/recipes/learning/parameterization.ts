import { softmax } from '../performance-weighted.ts';

/** One row per group, one number per ingredient. */
export type CoefficientTable = readonly (readonly number[])[];

/** How free parameters become the coefficients of a mixture, and the slopes by these the slopes by those. */
export interface Parameterization {
  readonly initial: readonly number[];
  coefficientsOf(parameters: readonly number[]): CoefficientTable;
  /** ∂L/∂parameter, from ∂L/∂coefficient. */
  gradientOf(parameters: readonly number[], slopes: CoefficientTable): readonly number[];
}

/**
 * Shares of the ingredients in every group: α = softmax(w / T), beginning with equal ones. ∂L/∂wᵢ = αᵢ (gᵢ − Σⱼ αⱼ gⱼ) / T.
 */
export function softmaxShares(groupCount: number, ingredientCount: number, temperature: number): Parameterization {
  const rowsOf = (parameters: readonly number[]): CoefficientTable =>
    Array.from({ length: groupCount }, (_, g) =>
      softmax(parameters.slice(g * ingredientCount, (g + 1) * ingredientCount), temperature),
    );
  return {
    initial: new Array<number>(groupCount * ingredientCount).fill(0),
    coefficientsOf: rowsOf,
    gradientOf: (parameters, slopes) =>
      rowsOf(parameters).flatMap((shares, g) => {
        const mean = shares.reduce((sum, share, i) => sum + share * slopes[g]![i]!, 0);
        return shares.map((share, i) => (share * (slopes[g]![i]! - mean)) / temperature);
      }),
  };
}

/**
 * A base plus λ times what each other ingredient differs from it by: θ₀ + Σₖ λₖ (θₖ − θ₀), λ kept between 0 and 1. As sums of ingredients:
 * θₖ counts λₖ and θ₀ the rest up to one. ∂L/∂λₖ = gₖ − g₀, and nothing where a bound has been passed.
 * @param base index of the base among the ingredients
 */
export function taskVectorShares(
  groupCount: number,
  ingredientCount: number,
  { base, initial }: { readonly base: number; readonly initial: number },
): Parameterization {
  const tasks = Array.from({ length: ingredientCount }, (_, i) => i).filter((i) => i !== base);
  const rowOf = (parameters: readonly number[], g: number): readonly number[] =>
    parameters.slice(g * tasks.length, (g + 1) * tasks.length);
  return {
    initial: new Array<number>(groupCount * tasks.length).fill(initial),
    coefficientsOf: (parameters) =>
      Array.from({ length: groupCount }, (_, g) => {
        const lambdas = rowOf(parameters, g).map((lambda) => Math.min(1, Math.max(0, lambda)));
        const row = new Array<number>(ingredientCount).fill(0);
        for (const [k, i] of tasks.entries()) row[i] = lambdas[k]!;
        row[base] = 1 - lambdas.reduce((sum, lambda) => sum + lambda, 0);
        return row;
      }),
    gradientOf: (parameters, slopes) =>
      slopes.flatMap((row, g) =>
        rowOf(parameters, g).map((lambda, k) => (lambda < 0 || lambda > 1 ? 0 : row[tasks[k]!]! - row[base]!)),
      ),
  };
}
