import type { Arithmetic } from '../kernels/arithmetic.ts';
import { addressOf, arithmeticFor, baseOf, besidesBase } from './tables.ts';
import type { MethodParameters, Piece, PiecedTensor } from './tensor-method.ts';

/** What each model changed in the base: the task vectors, of which there is a piece at a time. */
export class Deltas {
  readonly tensor: PiecedTensor;
  readonly arithmetic: Arithmetic;
  readonly base: number;
  /** Indices of the models among the ingredients. */
  readonly models: readonly number[];

  constructor(tensor: PiecedTensor, parameters: MethodParameters) {
    this.tensor = tensor;
    this.arithmetic = arithmeticFor(tensor);
    this.base = baseOf(parameters);
    this.models = besidesBase(tensor.ingredientCount, parameters);
  }

  /** Replaces a piece's values of one model by the differences from the base. */
  subtract(piece: Piece, model: number): number {
    const values = addressOf(piece, model);
    this.arithmetic.subtract(values, addressOf(piece, this.base), piece.count);
    return values;
  }

  /** Goes over the differences once, piece by piece and model by model, which are counted from 0. */
  forEach(visit: (model: number, values: number, start: number, count: number) => void, unit?: number): void {
    this.tensor.forEachPiece((piece) => {
      for (const [i, model] of this.models.entries()) {
        visit(i, this.subtract(piece, model), piece.start, piece.count);
      }
    }, unit);
  }
}
