import type { BlendInput } from '../mix/blend.ts';
import type { Coefficients } from './recipe.ts';

/** A blend of inputs that are themselves made from ingredients, as a blend of the ingredients. */
export function liftBlend(blend: Coefficients, inputs: readonly BlendInput[], ingredientCount: number): Coefficients {
  const { groups } = blend;
  const lifted = (blend.inputs ?? inputs.map((_, ingredient): BlendInput => ({ ingredient }))).map(
    (input): BlendInput =>
      'blend' in input
        ? { ...input, blend: liftBlend(input.blend, inputs, ingredientCount) }
        : 'file' in input
          ? input
          : placed(inputs[input.ingredient]!, input.arrangement),
  );
  return simplified({ groups, inputs: lifted }, ingredientCount);
}

function placed(input: BlendInput, arrangement: BlendInput['arrangement']): BlendInput {
  if (arrangement === undefined) return input;
  if (input.arrangement === undefined) return { ...input, arrangement };
  return { blend: { inputs: [input], groups: [{ name: 'all', tensors: 'rest', weights: [1] }] }, arrangement };
}

/** Inputs that are all ingredients in their order are left out, and sums of sums are one sum where each is the same for all tensors. */
function simplified(blend: Coefficients, ingredientCount: number): Coefficients {
  const { groups, inputs = [] } = blend;
  if (
    inputs.length === ingredientCount &&
    inputs.every((input, i) => 'ingredient' in input && input.ingredient === i && input.arrangement === undefined)
  ) {
    return { groups };
  }
  const [group] = groups;
  const outer = plainWeights(blend);
  if (group === undefined || outer === undefined) return blend;
  const weights = new Array<number>(ingredientCount).fill(0);
  for (const [i, input] of inputs.entries()) {
    const share = outer[i]!;
    if (input.arrangement !== undefined || 'file' in input) return blend;
    if ('ingredient' in input) weights[input.ingredient]! += share;
    else {
      const inner = input.blend.inputs === undefined ? plainWeights(input.blend) : undefined;
      if (inner === undefined) return blend;
      for (const [ingredient, weight] of inner.entries()) weights[ingredient]! += share * weight;
    }
  }
  return { groups: [{ ...group, weights }] };
}

/** The weights of a sum that is the same for all tensors. */
function plainWeights({ groups }: Coefficients): readonly number[] | undefined {
  const [group, ...others] = groups;
  if (group === undefined || others.length > 0 || group.tensors !== 'rest' || group.method !== undefined)
    return undefined;
  return group.weights;
}
