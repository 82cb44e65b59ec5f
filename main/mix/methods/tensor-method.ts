import type { z } from 'zod';
import type { Kernels } from '../kernels/kernels.ts';

/** Values of one precision: f32, or f64 where an ingredient or the result is F64. */
export type Floats = Float32Array | Float64Array;

export type Precision = 'f32' | 'f64';

/**
 * Consecutive elements of one tensor, of every ingredient. The values are only valid during the call they are given to, which
 * may overwrite them.
 */
export interface Piece {
  /** Index of the first element, in row-major order. */
  readonly start: number;
  readonly count: number;
  /**
   * One array of `count` values per ingredient, in the mixture's order, the base among them. They lie in the memory of the
   * tensor's kernels at multiples of 16 bytes, each with room for the next whole block of 16 elements.
   */
  readonly values: readonly Floats[];
}

/** One tensor of all ingredients, of which no more than a piece need be in memory at once. */
export interface PiecedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elementCount: number;
  readonly ingredientCount: number;
  readonly precision: Precision;
  /** What pieces and results lie in the memory of. */
  readonly kernels: Kernels;
  /**
   * Room in the kernels' memory that stays the method's for as long as this tensor is worked on, at a multiple of 16 bytes, its
   * contents arbitrary. May move the memory: not to be called while a piece is visited.
   */
  reserve(bytes: number): number;
  /**
   * Visits the whole tensor, piece by piece, in order; may be asked for as often as a method needs.
   * @param unit pieces begin and end at multiples of it
   */
  forEachPiece(visit: (piece: Piece) => void, unit?: number): void;
}

/** What a group of tensors is merged with; plain data, resolved for the group (no filters, no gradients left). */
export interface MethodParameters {
  /** Index of the base among the ingredients. */
  readonly base: number | undefined;
  /** Parameters of the whole merge by their field names: `t`, `normalize`, `lambda`, … */
  readonly shared: Readonly<Record<string, number | boolean | string>>;
  /**
   * Parameters of each ingredient by their field names: `weight`, `density`, …, one value per ingredient in the mixture's order.
   * The base has a value, too, which methods with a base do not look at.
   */
  readonly each: Readonly<Record<string, readonly number[]>>;
  /** What random methods draw from, together with the tensor's name and the ingredient's index. */
  readonly seed: number;
  /** What `survey` found, where the method has one and the options ask for it. */
  readonly surveyed?: Surveyed;
}

/** Figures of all tensors of a group together: one of each ingredient besides the base, by what they are. */
export type Surveyed = Readonly<Record<string, readonly number[]>>;

/**
 * Computes a piece of the result. `result` has `count` values, is of the tensor's precision and lies in the kernels' memory like
 * the piece's values, which may be overwritten.
 */
export type Combine = (piece: Piece, result: Floats) => void;

/** An option that does not go with the others; the caller knows which line it was given in. */
export interface OptionProblem {
  /** The option's field name: `density`. */
  readonly option: string;
  /** Index of the ingredient, for options of each ingredient. */
  readonly ingredient?: number;
  /** One sentence without a full stop. */
  readonly what: string;
  readonly remedy?: string;
}

/** A way to make one tensor out of many. */
export interface TensorMethod {
  /** The word in recipe files: `ties`. */
  readonly name: string;
  /** Part of every soup's hash, 1 when absent: to be raised when the same parameters come to mean other bits. */
  readonly version?: number;
  /** What a reader should call it: `TIES`. */
  readonly title: string;
  /** What it does and when to choose it, in a sentence or two. */
  readonly description: string;
  /** The paper or page that describes it: an address. */
  readonly source: string;
  /** `unused`: a base is an ingredient like any other. */
  readonly base: 'needed' | 'optional' | 'unused';
  /** How many ingredients it takes besides the base (all of them where the base is unused). */
  readonly ingredients: { readonly minimum: number; readonly maximum?: number };
  /** The options with their defaults and descriptions. Those of `each` are one value an ingredient. */
  readonly parameters: { readonly shared: z.ZodObject; readonly each: z.ZodObject };
  /** What the schemas cannot say about options: sums of weights, density ± epsilon, … Empty when all is well. */
  readonly problems?: (parameters: MethodParameters, ingredientCount: number) => readonly OptionProblem[];
  /** Pieces given to the `Combine` begin and end at multiples of this many elements; 1 where it is left out. */
  readonly unit?: (shape: readonly number[], parameters: MethodParameters) => number;
  /** Whether `prepare` reads the tensor; where it does not, parts of a tensor may as well be computed by different threads. */
  readonly looksAhead: (parameters: MethodParameters) => boolean;
  /** Whether the options ask for what has to be known of all tensors of the group together, before any of them is prepared. */
  readonly looksAround?: (parameters: MethodParameters) => boolean;
  /**
   * Finds that out, the same whatever the size of pieces.
   * @param tensors all of the group, in the plan's order, of one precision and in one memory
   */
  survey?(tensors: readonly PiecedTensor[], parameters: MethodParameters): Surveyed;
  /**
   * Finds out what has to be known of the whole tensor before its first element: norms, thresholds, coefficients.
   * The outcome depends on the tensor, the parameters and the seed alone, never on the size of pieces or on other tensors.
   * @throws StockpotError `mix/…` when the tensors do not allow it (antipodal vectors that cancel)
   */
  prepare(tensor: PiecedTensor, parameters: MethodParameters): Combine;
}
