import { type Arithmetic, arithmeticOf } from '../kernels/arithmetic.ts';
import type { Floats, MethodParameters, Piece, PiecedTensor, Precision } from './tensor-method.ts';

/** The kernels for a tensor's precision. */
export function arithmeticFor(tensor: PiecedTensor): Arithmetic {
  return arithmeticOf(tensor.kernels, tensor.precision);
}

/** Values in the kernels' memory, until it moves. */
function floatsAt({ kernels, precision }: PiecedTensor, address: number, count: number): Floats {
  return viewOf(kernels.memory.buffer, precision, address, count);
}

function viewOf(buffer: ArrayBuffer, precision: Precision, address: number, count: number): Floats {
  return precision === 'f32' ? new Float32Array(buffer, address, count) : new Float64Array(buffer, address, count);
}

/** A table of factors of the tensor's precision, where kernels find it. */
export function factorTable(tensor: PiecedTensor, factors: readonly number[]): number {
  const address = tensor.reserve(Math.max(1, factors.length) * 8);
  floatsAt(tensor, address, factors.length).set(factors);
  return address;
}

/** Where kernels find the addresses of some ingredients' values. */
export class InputTable {
  readonly #tensor: PiecedTensor;
  readonly #address: number;
  readonly ingredients: readonly number[];

  constructor(tensor: PiecedTensor, ingredients: readonly number[]) {
    this.#tensor = tensor;
    this.ingredients = ingredients;
    this.#address = tensor.reserve(Math.max(1, ingredients.length) * 4);
  }

  get count(): number {
    return this.ingredients.length;
  }

  /** @returns the table's address, once it has the piece's */
  of(piece: Piece): number {
    const table = new Uint32Array(this.#tensor.kernels.memory.buffer, this.#address, this.count);
    for (const [i, ingredient] of this.ingredients.entries()) table[i] = addressOf(piece, ingredient);
    return this.#address;
  }
}

export function addressOf(piece: Piece, ingredient: number): number {
  return piece.values[ingredient]!.byteOffset;
}

export function allIngredients({ ingredientCount }: PiecedTensor): readonly number[] {
  return Array.from({ length: ingredientCount }, (_, i) => i);
}

/** Indices of all ingredients but the base, in their order. */
export function besidesBase(ingredientCount: number, { base }: MethodParameters): readonly number[] {
  return Array.from({ length: ingredientCount }, (_, i) => i).filter((i) => i !== base);
}

/** @throws Error when the method was asked for without one, which its caller has to rule out */
export function baseOf({ base }: MethodParameters): number {
  if (base === undefined) throw new Error('This method needs a base');
  return base;
}
