import { BYTES_PER_ELEMENT } from '../checkpoints/checkpoint.ts';
import type { ChunkMemory } from './chunk-memory.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Combine, Floats, Piece, PiecedTensor, Precision } from './methods/tensor-method.ts';
import type { ElementRange, Emit, Mixed } from './mixer.ts';
import { type MergeStep, readsDoubles, type TensorSource } from './plan.ts';

/** One tensor of all ingredients, read into the slots of a memory that it may share with others, one piece after the other. */
export class TensorPieces implements PiecedTensor {
  readonly #step: MergeStep;
  readonly #sources: readonly TensorSource[];
  readonly #memory: ChunkMemory;
  readonly #pieceBytes: number;
  readonly #doubles: boolean;

  constructor(step: MergeStep, sources: readonly TensorSource[], memory: ChunkMemory, pieceBytes: number) {
    this.#step = step;
    this.#sources = sources;
    this.#memory = memory;
    this.#pieceBytes = pieceBytes;
    this.#doubles = readsDoubles(step);
  }

  get name(): string {
    return this.#step.output.name;
  }

  get shape(): readonly number[] {
    return this.#step.output.shape;
  }

  get elementCount(): number {
    return this.#step.output.elementCount;
  }

  get ingredientCount(): number {
    return this.#step.terms.length;
  }

  get precision(): Precision {
    return this.#doubles ? 'f64' : 'f32';
  }

  get kernels(): Kernels {
    return this.#memory.kernels;
  }

  reserve(bytes: number): number {
    return this.#memory.reserve(bytes);
  }

  forEachPiece(visit: (piece: Piece) => void, unit = 1): void {
    this.#visit({ start: 0, count: this.elementCount }, unit, visit);
  }

  /**
   * Computes the elements of a range, whole units around it where the method needs them.
   * @throws StockpotError as `Checkpoint.read`
   */
  combine(combine: Combine, emit: Emit, range: ElementRange, measure: boolean): Mixed {
    const step = this.#step;
    const memory = this.#memory;
    const isMeasured = measure && step.isMeasured;
    if (isMeasured) memory.startMeasuring();
    const size = BYTES_PER_ELEMENT[step.output.dtype];
    const unit = step.method.unit?.(this.shape, step.parameters) ?? 1;
    let nonFinite = false;
    this.#visit(range, unit, (piece) => {
      const isRounded = isMeasured || (this.#doubles && step.output.dtype !== 'F64');
      const values = isRounded ? memory.sums : memory.result;
      if (isMeasured) memory.keepReference(step, piece.count, this.#doubles);
      combine(piece, memory.floats(values, piece.count, this.#doubles));
      nonFinite = memory.finish(step, values, piece.count, this.#doubles, isMeasured) || nonFinite;
      const first = Math.max(range.start, piece.start);
      const end = Math.min(range.start + range.count, piece.start + piece.count);
      emit(memory.bytes(memory.result + (first - piece.start) * size, (end - first) * size), first * size);
    });
    return { nonFinite, rounding: isMeasured ? memory.takeMeasured() : undefined };
  }

  /** The pieces that cover a range. */
  #visit(range: ElementRange, unit: number, visit: (piece: Piece) => void): void {
    const size = this.#doubles ? 8 : 4;
    const most = Math.max(1, Math.floor(this.#pieceBytes / size / unit)) * unit;
    const end = range.start + range.count;
    for (let start = range.start - (range.start % unit); start < end; start += most) {
      const covered = Math.ceil((end - start) / unit) * unit;
      visit(this.#piece(start, Math.min(most, covered, this.elementCount - start)));
    }
  }

  #piece(start: number, count: number): Piece {
    const memory = this.#memory;
    memory.growChunks(count * (this.#doubles ? 8 : 4));
    memory.readTerms(this.#step, this.#sources, start, count, this.#doubles);
    const values = this.#step.terms.map((_, term): Floats => memory.floats(memory.slot(term), count, this.#doubles));
    return { start, count, values };
  }
}
