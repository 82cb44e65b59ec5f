import { z } from 'zod';
import type { MethodParameters, OptionProblem } from './tensor-method.ts';

/** An option of each ingredient: its share in the sum. */
export const weight = z
  .number()
  .default(1)
  .describe('How much the ingredient counts; any finite number, negative ones included');

export const int8Mask = z
  .boolean()
  .default(false)
  // Forms leave it out, and descriptions of soups as well.
  .meta({
    description: 'Accepted for the sake of existing files; masks take no memory here, so it changes nothing',
    noEffect: true,
  });

export const noOptions = z.strictObject({});

export function numberOf(parameters: MethodParameters, option: string): number {
  return Number(parameters.shared[option]);
}

export function isOn(parameters: MethodParameters, option: string): boolean {
  return parameters.shared[option] === true;
}

/** The option's values of some ingredients, in their order. */
export function valuesOf(
  parameters: MethodParameters,
  option: string,
  ingredients: readonly number[],
): readonly number[] {
  const values = parameters.each[option];
  return ingredients.map((ingredient) => values?.[ingredient] ?? Number.NaN);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The problem of weights that are to be divided by their sum, where that is too close to zero. */
export function weightsMustNotCancel(
  parameters: MethodParameters,
  ingredients: readonly number[],
  normalization: string,
): readonly OptionProblem[] {
  const weights = valuesOf(parameters, 'weight', ingredients);
  if (weights.length === 0 || Math.abs(sum(weights)) >= 1e-8) return [];
  return [
    {
      option: 'weight',
      what: `The weights ${weights.join(', ')} sum to zero, so they cannot be divided by their sum`,
      remedy: `Choose other weights, or set ${normalization} to false.`,
    },
  ];
}
