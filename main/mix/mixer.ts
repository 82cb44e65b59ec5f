import { BYTES_PER_ELEMENT } from '../checkpoints/checkpoint.ts';
import { ChunkMemory } from './chunk-memory.ts';
import type { MethodParameters, Surveyed } from './methods/tensor-method.ts';
import { type MergeStep, readsDoubles, type TensorSource, type TensorStep } from './plan.ts';
import type { RoundingSums } from './rounding.ts';
import { TensorPieces } from './tensor-pieces.ts';

/**
 * Bytes of each ingredient that are in memory at once. The chunks of all ingredients together should stay in a core's
 * cache; smaller ones cost more system calls. The result does not depend on it.
 */
const CHUNK_BYTES = 128 * 1024;

/** Kernels run over whole blocks of 16 elements, of 8 bytes at most. */
const PIECE_UNIT = 128;

/** Part of a tensor, in elements. */
export interface ElementRange {
  readonly start: number;
  readonly count: number;
}

export interface Mixed {
  /** Whether any emitted floating-point value is NaN or infinite. */
  readonly nonFinite: boolean;
  /** What rounding cost; only where that was asked for and the step is worth it. */
  readonly rounding: RoundingSums | undefined;
}

/** Receives a tensor's finished bytes, chunk by chunk, in order. The bytes are only valid during the call. */
export type Emit = (bytes: Uint8Array, byteOffset: number) => void;

/** Computes part of a tensor about which everything is known that has to be; as `Mixer.mix`. */
export type PreparedTensor = (emit: Emit, range: ElementRange, measure: boolean) => Mixed;

/**
 * Computes the tensors of a soup chunk by chunk. Its memory is (ingredients + 7) chunks and never depends on the size of
 * a tensor or file; only a method that needs whole rows makes a chunk as long as a row, and one that looks at a whole tensor may keep tables of it. Every way to a soup (file, memory,
 * verification) goes through here, so all have the same bits.
 */
export class Mixer {
  readonly #memory: ChunkMemory;
  readonly #pieceBytes: number;
  /** By the steps that belong together. */
  readonly #surveys = new WeakMap<readonly MergeStep[], Surveyed>();

  /** Enough for mixtures of up to this many ingredients. */
  readonly ingredientCount: number;

  constructor(ingredientCount: number, chunkBytes: number = CHUNK_BYTES) {
    this.ingredientCount = ingredientCount;
    this.#pieceBytes = Math.ceil(chunkBytes / PIECE_UNIT) * PIECE_UNIT;
    this.#memory = new ChunkMemory(ingredientCount, this.#pieceBytes);
  }

  /**
   * Computes a tensor, or the given part of it.
   * @param sources one per ingredient, as planned with
   * @param measure whether to tell what rounding cost
   * @throws StockpotError as `Checkpoint.read`
   */
  mix(
    step: TensorStep,
    sources: readonly TensorSource[],
    emit: Emit,
    range: ElementRange = { start: 0, count: step.output.elementCount },
    measure = false,
  ): Mixed {
    if (step.kind === 'merge') return this.prepare(step, sources)(emit, range, measure);
    const memory = this.#memory;
    const isMeasured = measure && step.isMeasured;
    if (isMeasured) memory.startMeasuring();
    const size = step.kind === 'copy' ? BYTES_PER_ELEMENT[step.output.dtype] : readsDoubles(step) ? 8 : 4;
    const chunkElements = this.#pieceBytes / size;
    let nonFinite = false;
    for (let done = 0; done < range.count; done += chunkElements) {
      const start = range.start + done;
      const count = Math.min(chunkElements, range.count - done);
      const found =
        step.kind === 'copy'
          ? this.#copy(step, sources, start, count, emit)
          : this.#sum(step, sources, start, count, emit, isMeasured);
      nonFinite = found || nonFinite;
    }
    return { nonFinite, rounding: isMeasured ? memory.takeMeasured() : undefined };
  }

  /** What has to be known of a whole tensor before its first element, for computing it in parts until another is prepared. */
  prepare(step: MergeStep, sources: readonly TensorSource[]): PreparedTensor {
    this.#memory.release();
    const pieces = new TensorPieces(step, sources, this.#memory, this.#pieceBytes);
    if (step.output.elementCount === 0) return () => ({ nonFinite: false, rounding: undefined });
    const combine = step.method.prepare(pieces, this.#surveyed(step, sources));
    return (emit, range, measure) => pieces.combine(combine, emit, range, measure);
  }

  /** A step's parameters, with what has to be known of all tensors of its group. Found out when the first of them is prepared. */
  #surveyed({ method, parameters, together }: MergeStep, sources: readonly TensorSource[]): MethodParameters {
    if (method.survey === undefined || method.looksAround?.(parameters) !== true) return parameters;
    let found = this.#surveys.get(together);
    if (found === undefined) {
      const accumulate = together.some(readsDoubles) ? 'f64' : 'f32';
      const tensors = together
        .filter(({ output }) => output.elementCount > 0)
        .map((each) => new TensorPieces({ ...each, accumulate }, sources, this.#memory, this.#pieceBytes));
      found = method.survey(tensors, parameters);
      this.#surveys.set(together, found);
      this.#memory.release();
    }
    return { ...parameters, surveyed: found };
  }

  #copy(step: TensorStep, sources: readonly TensorSource[], start: number, count: number, emit: Emit): boolean {
    const memory = this.#memory;
    const { name, dtype } = step.output;
    const size = BYTES_PER_ELEMENT[dtype];
    const bytes = memory.bytes(memory.raw, count * size);
    sources[step.terms[0]!.ingredient]!.read(name, start * size, bytes);
    emit(bytes, start * size);
    // Looked at after it was handed out, since looking makes all NaN alike.
    return memory.settle(dtype, memory.raw, count);
  }

  #sum(
    step: TensorStep,
    sources: readonly TensorSource[],
    start: number,
    count: number,
    emit: Emit,
    isMeasured: boolean,
  ): boolean {
    const memory = this.#memory;
    const doubles = readsDoubles(step);
    memory.readTerms(step, sources, start, count, doubles);
    // Sums that are looked at again are kept apart from what they are rounded to.
    const sums = isMeasured ? memory.sums : memory.result;
    memory.addUp(step, count, sums, doubles, isMeasured);
    const nonFinite = memory.finish(step, sums, count, doubles, isMeasured);
    const size = BYTES_PER_ELEMENT[step.output.dtype];
    emit(memory.bytes(memory.result, count * size), start * size);
    return nonFinite;
  }
}
