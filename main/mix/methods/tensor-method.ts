/** Values of one precision: f32, or f64 where an ingredient or the result is F64. */
export type Floats = Float32Array | Float64Array;

/** Consecutive elements of one tensor, of every ingredient. The values are only valid during the call they are given to. */
export interface Piece {
  /** Index of the first element, in row-major order. */
  readonly start: number;
  readonly count: number;
  /** One array of `count` values per ingredient, in the mixture's order, the base among them. */
  readonly values: readonly Floats[];
}

/** One tensor of all ingredients, of which no more than a piece is in memory at once. */
export interface PiecedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elementCount: number;
  readonly ingredientCount: number;
  /**
   * Visits the whole tensor, piece by piece, in order; may be asked for as often as a method needs.
   * @param rowLength pieces begin and end at multiples of it
   */
  forEachPiece(visit: (piece: Piece) => void, rowLength?: number): void;
}

/** What a group of tensors is merged with; plain data, resolved for the group (no filters, no gradients left). */
export interface MethodParameters {
  /** Index of the base among the ingredients. */
  readonly base: number | undefined;
  /** Parameters of the whole merge by their field names: `t`, `normalize`, `lambda`, … */
  readonly shared: Readonly<Record<string, number | boolean | string>>;
  /** Parameters of each ingredient by their field names: `weight`, `density`, …, one value per ingredient in the mixture's order. */
  readonly each: Readonly<Record<string, readonly number[]>>;
  /** What random methods draw from, together with the tensor's name and the ingredient's index. */
  readonly seed: number;
}

/** Computes a piece of the result. `result` has `count` values and is of the ingredients' precision. */
export type Combine = (piece: Piece, result: Floats) => void;

/** A way to make one tensor out of many that is not a weighted sum with weights known beforehand. */
export interface TensorMethod {
  /** The word in recipe files: `ties`. */
  readonly name: string;
  /** Whether pieces must be whole rows (the last axis). */
  readonly byRows?: boolean;
  /**
   * Finds out what has to be known of the whole tensor before its first element: norms, thresholds, coefficients.
   * The outcome depends on the tensor, the parameters and the seed alone, never on the size of pieces or on other tensors.
   */
  prepare(tensor: PiecedTensor, parameters: MethodParameters): Combine;
}
