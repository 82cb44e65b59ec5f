import type { Arrangement } from './arrangement.ts';
import type { FileIngredient, Mixture, MixtureIngredient, TensorGroup } from './mixture.ts';
import { parametersFor } from './plan-method.ts';

/** One of the ingredients, by its index, or what comes of another blend of them. */
export type BlendInput = ({ readonly ingredient: number } | { readonly blend: Blend }) & {
  readonly arrangement?: Arrangement | undefined;
};

/** A mixture apart from its files: what becomes of ingredients that are known by their index. Plain data. */
export interface Blend {
  readonly groups: readonly TensorGroup[];
  /** What the groups' weights and methods are about; all ingredients in their order when absent. */
  readonly inputs?: readonly BlendInput[] | undefined;
}

/**
 * A blend of these files. What is computed on the way is kept in the precision of the sums, so that only the end is rounded.
 * @param files one per ingredient
 */
export function mixtureOfBlend(
  files: readonly FileIngredient[],
  { groups, inputs }: Blend,
  { accumulate, dtype }: Pick<Mixture, 'accumulate' | 'dtype'>,
): Mixture {
  const between = { accumulate, dtype: accumulate === 'f64' ? 'F64' : 'F32' } as const;
  const ingredients = inputs?.map((input): MixtureIngredient => {
    const plain =
      'blend' in input ? { mixture: mixtureOfBlend(files, input.blend, between) } : files[input.ingredient]!;
    return input.arrangement === undefined ? plain : { ...plain, arrangement: input.arrangement };
  });
  return { ingredients: ingredients ?? files, groups, accumulate, dtype };
}

/** Indices of the ingredients that take part in a blend, ascending. */
export function partakersOf({ groups, inputs }: Blend): readonly number[] {
  const taking = new Set<number>();
  for (const { weights, method } of groups) {
    for (const [index, weight] of weights.entries()) {
      if (weight === 0 && index !== method?.base) continue;
      const input = inputs === undefined ? { ingredient: index } : inputs[index]!;
      for (const ingredient of 'blend' in input ? partakersOf(input.blend) : [input.ingredient]) taking.add(ingredient);
    }
  }
  return [...taking].sort((a, b) => a - b);
}

/** The same without anything that takes no part: every input that is left counts somewhere. */
export function prunedBlend({ groups, inputs }: Blend): Blend {
  const count = groups[0]?.weights.length ?? 0;
  const all = inputs ?? Array.from({ length: count }, (_, ingredient): BlendInput => ({ ingredient }));
  const kept = [...all.keys()].filter((i) =>
    groups.some((group) => group.weights[i] !== 0 || group.method?.base === i),
  );
  return {
    inputs: kept.map((i): BlendInput => {
      const input = all[i]!;
      return 'blend' in input ? { ...input, blend: prunedBlend(input.blend) } : input;
    }),
    groups: groups.map(({ method, weights, ...group }) => ({
      ...group,
      weights: kept.map((i) => weights[i]!),
      ...(method === undefined
        ? {}
        : {
            method: {
              ...method,
              ...parametersFor(
                method,
                kept.map((ingredient) => ({ ingredient })),
              ),
            },
          }),
    })),
  };
}
