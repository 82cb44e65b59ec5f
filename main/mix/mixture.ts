import type { DType, Reading } from '../checkpoints/checkpoint.ts';
import type { Arrangement } from './arrangement.ts';
import type { MethodParameters } from './methods/tensor-method.ts';

/** A file, and the hash that says it is still the same file. */
export interface FileIngredient {
  readonly path: string;
  /** SHA-256 of the file(s), lower-case hex; empty when the caller does not care (`stockpot merge`). */
  readonly sha256: string;
  /** Where the file alone does not say which tensors are meant, or under which names. */
  readonly reading?: Reading | undefined;
  /** Another order of its channels; that of the file when absent. */
  readonly arrangement?: Arrangement | undefined;
}

/** What comes of another mixture, computed whenever it is asked for. */
interface NestedIngredient {
  readonly mixture: Mixture;
  readonly arrangement?: Arrangement | undefined;
}

/** An ingredient as the arithmetic sees it. */
export type MixtureIngredient = FileIngredient | NestedIngredient;

/** A method of `methods/index.ts` with its parameters; indices and lists are those of all the mixture's ingredients. */
export interface GroupMethod extends Omit<MethodParameters, 'base'> {
  readonly name: string;
  readonly base?: number | undefined;
}

/** Tensors that share one set of weights. */
export interface TensorGroup {
  readonly name: string;
  /** Names of tensors, or `rest` for every tensor that no other group names. */
  readonly tensors: readonly string[] | 'rest';
  /**
   * One weight per ingredient, in the mixture's order of ingredients. They need not sum to one. Where there is a method, they only
   * say who takes part (those that are not zero, and the base), and who is the heaviest.
   */
  readonly weights: readonly number[];
  /** What floating-point tensors are merged by, in place of the weighted sum. */
  readonly method?: GroupMethod | undefined;
}

/**
 * A virtual soup. For every floating-point tensor t of group g, soup[t] = Σᵢ weights[g][i] · θᵢ[t], or what the group's method makes of
 * the θᵢ[t]. Ingredients whose weight is zero in a group take no part in it: they are not read, and the rest of this speaks of the others.
 * Integer and boolean tensors are taken from the ingredient with the largest weight in their group (ties: the earlier one); where there is
 * a method with a base, from the base.
 * A tensor with one ingredient of weight one, and no change of type, is that ingredient's, byte for byte.
 */
export interface Mixture {
  readonly ingredients: readonly MixtureIngredient[];
  readonly groups: readonly TensorGroup[];
  /**
   * The precision sums are accumulated in before the single rounding. Methods get f64 values where an ingredient or the result is F64,
   * and where the result is of 16 bits and f64 is asked for; in f32 they round once as well, to F32.
   */
  readonly accumulate: 'f32' | 'f64';
  /** Element type of floating-point outputs; `keep` is each tensor's own type in the first ingredient that takes part. */
  readonly dtype: 'keep' | Extract<DType, 'F16' | 'BF16' | 'F32' | 'F64'>;
}

/**
 * The mixture with these weights, in the precision and type that soups have unless somebody asks for others. Sums in f64 cost
 * no measurable time next to reading the files, and their relative error stays within one rounding even where terms cancel.
 */
export function mixtureOf(ingredients: readonly MixtureIngredient[], groups: readonly TensorGroup[]): Mixture {
  return { ingredients, groups, accumulate: 'f64', dtype: 'keep' };
}

/** The mixture that gives every tensor the same weights. */
export function plainMixture(ingredients: readonly MixtureIngredient[], weights: readonly number[]): Mixture {
  return mixtureOf(ingredients, [{ name: 'all', tensors: 'rest', weights }]);
}

/** The files that a mixture is made from, those of nested ones included, in order; a file that is named twice is there twice. */
export function filesOfMixture({ ingredients }: Mixture): readonly FileIngredient[] {
  return ingredients.flatMap((ingredient) =>
    'mixture' in ingredient ? filesOfMixture(ingredient.mixture) : [ingredient],
  );
}
