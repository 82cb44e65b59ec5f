/** Every `stride`-th element of a tensor. */
export interface Sample {
  /** Largest absolute value of the whole tensor. */
  readonly largest: number;
  readonly stride: number;
  readonly values: readonly number[];
}

/** Largest absolute difference, relative to the tensor's largest element. */
export function difference(found: Float32Array, { stride, values, largest }: Sample): number {
  const differences = values.map((value, index) => Math.abs(value - found[index * stride]!));
  return Math.max(...differences) / largest;
}
