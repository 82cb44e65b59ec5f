import { instantiateKernels, type Kernels } from '../../../main/mix/kernels/kernels.ts';
import type {
  Floats,
  MethodParameters,
  Piece,
  PiecedTensor,
  Precision,
  TensorMethod,
} from '../../../main/mix/methods/tensor-method.ts';
import { FIRST_FREE_BYTE } from '../../../main/wasm-kernels.ts';

export interface GivenTensor {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly precision?: Precision;
  /** One array of values per ingredient. */
  readonly values: readonly Floats[];
}

/** Whole multiples of the method's unit, of at most this many elements where that is possible. */
export function mergeWith(
  method: TensorMethod,
  given: GivenTensor,
  parameters: MethodParameters,
  pieceElements = 1024,
): Floats {
  const tensor = new TensorInMemory(given, pieceElements);
  const combine = method.prepare(tensor, parameters);
  const merged = tensor.floats(tensor.elementCount);
  const unit = method.unit?.(given.shape, parameters) ?? 1;
  tensor.forEachPiece((piece) => {
    const result = tensor.result(piece.count);
    combine(piece, result);
    merged.set(result, piece.start);
  }, unit);
  return merged;
}

class TensorInMemory implements PiecedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly precision: Precision;
  readonly elementCount: number;
  readonly ingredientCount: number;
  readonly kernels: Kernels;
  readonly #values: readonly Floats[];
  readonly #pieceElements: number;
  #end: number;

  constructor({ name = 'tensor', shape, precision = 'f32', values }: GivenTensor, pieceElements: number) {
    this.name = name;
    this.shape = shape;
    this.precision = precision;
    this.elementCount = shape.reduce((product, size) => product * size, 1);
    this.ingredientCount = values.length;
    this.#values = values;
    this.#pieceElements = pieceElements;
    this.#end = FIRST_FREE_BYTE + (values.length + 1) * this.#slotBytes();
    this.kernels = instantiateKernels(this.#end);
  }

  reserve(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil(bytes / 16) * 16;
    const { memory } = this.kernels;
    const missing = Math.ceil((this.#end - memory.buffer.byteLength) / 65_536);
    if (missing > 0) memory.grow(missing);
    // What is not written first must not matter.
    new Uint8Array(memory.buffer, address, bytes).fill(0xa5);
    return address;
  }

  forEachPiece(visit: (piece: Piece) => void, unit = 1): void {
    const most = Math.max(1, Math.floor(this.#pieceElements / unit)) * unit;
    for (let start = 0; start < this.elementCount; start += most) {
      const count = Math.min(most, this.elementCount - start);
      const values = this.#values.map((all, i) => {
        const slot = this.#view(FIRST_FREE_BYTE + i * this.#slotBytes(), count);
        slot.set(all.subarray(start, start + count));
        return slot;
      });
      visit({ start, count, values });
    }
  }

  floats(count: number): Floats {
    return this.precision === 'f32' ? new Float32Array(count) : new Float64Array(count);
  }

  result(count: number): Floats {
    const result = this.#view(FIRST_FREE_BYTE + this.ingredientCount * this.#slotBytes(), count);
    result.fill(Number.NaN);
    return result;
  }

  #view(address: number, count: number): Floats {
    const { buffer } = this.kernels.memory;
    return this.precision === 'f32'
      ? new Float32Array(buffer, address, count)
      : new Float64Array(buffer, address, count);
  }

  #slotBytes(): number {
    return (Math.ceil(this.elementCount / 16) * 16 + 16) * 8;
  }
}
