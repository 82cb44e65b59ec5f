import type { Arrangement } from './arrangement.ts';
import type { FileIngredient, Mixture, MixtureIngredient, TensorGroup } from './mixture.ts';
import { parametersFor } from './plan-method.ts';

/** Tensors that were computed for a run from its ingredients and data, kept as a file of their own. */
export interface ComputedFile extends Pick<FileIngredient, 'path' | 'sha256'> {
  /** What people call it: `BatchNorm statistics`. */
  readonly name: string;
}

/** One of the ingredients, by its index, what comes of another blend of them, or what was computed for the run. */
export type BlendInput = (
  | { readonly ingredient: number }
  | { readonly blend: Blend }
  | { readonly file: ComputedFile }
) & {
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
    const plain = plainInput(input, files, between);
    return input.arrangement === undefined ? plain : { ...plain, arrangement: input.arrangement };
  });
  return { ingredients: ingredients ?? files, groups, accumulate, dtype };
}

function plainInput(
  input: BlendInput,
  files: readonly FileIngredient[],
  between: Pick<Mixture, 'accumulate' | 'dtype'>,
): MixtureIngredient {
  if ('blend' in input) return { mixture: mixtureOfBlend(files, input.blend, between) };
  return 'file' in input ? { path: input.file.path, sha256: input.file.sha256 } : files[input.ingredient]!;
}

/** Indices of the ingredients that take part in a blend, ascending; computed files are none. */
export function partakersOf({ groups, inputs }: Blend): readonly number[] {
  const taking = new Set<number>();
  for (const { weights, method } of groups) {
    for (const [index, weight] of weights.entries()) {
      if (weight === 0 && index !== method?.base) continue;
      const input = inputs === undefined ? { ingredient: index } : inputs[index]!;
      for (const ingredient of ingredientsIn(input)) taking.add(ingredient);
    }
  }
  return [...taking].sort((a, b) => a - b);
}

function ingredientsIn(input: BlendInput): readonly number[] {
  if ('blend' in input) return partakersOf(input.blend);
  return 'file' in input ? [] : [input.ingredient];
}

/** The computed files of a blend, nested ones' included; one that is used twice is there twice. */
export function computedFilesOf({ inputs = [] }: Blend): readonly ComputedFile[] {
  return inputs.flatMap((input) =>
    'blend' in input ? computedFilesOf(input.blend) : 'file' in input ? [input.file] : [],
  );
}

/** The same blend with its computed files where `move` says. */
export function withComputedFiles(blend: Blend, move: (file: ComputedFile) => ComputedFile): Blend {
  if (blend.inputs === undefined) return blend;
  const inputs = blend.inputs.map((input): BlendInput => {
    if ('blend' in input) return { ...input, blend: withComputedFiles(input.blend, move) };
    return 'file' in input ? { ...input, file: move(input.file) } : input;
  });
  return { ...blend, inputs };
}

/**
 * The same blend with one more input, which takes no part in it yet.
 * @param ingredientCount of the run, for a blend that has no inputs of its own
 */
export function withInput({ groups, inputs }: Blend, input: BlendInput, ingredientCount: number): Blend {
  const before = inputs ?? Array.from({ length: ingredientCount }, (_, ingredient): BlendInput => ({ ingredient }));
  return {
    inputs: [...before, input],
    groups: groups.map(({ weights, method, ...group }) => ({
      ...group,
      weights: [...weights, 0],
      ...(method === undefined ? {} : { method: { ...method, each: widened(method.each) } }),
    })),
  };
}

function widened(each: Readonly<Record<string, readonly number[]>>): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(each).map(([name, values]) => [name, [...values, 0]]));
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
