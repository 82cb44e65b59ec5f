import { BYTES_PER_ELEMENT, type DType } from '../checkpoints/checkpoint.ts';
import { float8Values } from './float8.ts';
import { FIRST_FREE_BYTE, instantiateKernels, type Kernels } from './kernels/kernels.ts';
import type { TensorSource, TensorStep } from './plan.ts';
import type { RoundingSums } from './rounding.ts';

/**
 * Bytes of each ingredient that are in memory at once. The chunks of all ingredients together should stay in a core's
 * cache; smaller ones cost more system calls. The result does not depend on it.
 */
const CHUNK_BYTES = 128 * 1024;

const BLOCK = 16;
const FLOAT8_TABLE_BYTES = 256 * 4;

/** What `measureSums` keeps. */
const TOTALS = 6;

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

/**
 * Computes the tensors of a soup chunk by chunk. Its memory is (ingredients + 7) chunks and never depends on the size of
 * a tensor or file. Every way to a soup (file, memory, verification) goes through here, so all have the same bits.
 */
export class Mixer {
  readonly #kernels: Kernels;
  readonly #chunkBytes: number;
  readonly #addresses: number;
  readonly #weights: number;
  readonly #table: number;
  readonly #raw: number;
  readonly #result: number;
  readonly #sums: number;
  readonly #widened: number;
  readonly #totals: number;
  readonly #slots: number;

  /** Enough for mixtures of up to this many ingredients. */
  readonly ingredientCount: number;

  constructor(ingredientCount: number, chunkBytes: number = CHUNK_BYTES) {
    this.ingredientCount = ingredientCount;
    this.#chunkBytes = Math.ceil(chunkBytes / (BLOCK * 8)) * BLOCK * 8;
    this.#addresses = FIRST_FREE_BYTE;
    this.#weights = this.#addresses + Math.ceil((ingredientCount * 4) / 16) * 16;
    this.#table = this.#weights + Math.ceil((ingredientCount * 8) / 16) * 16;
    this.#raw = this.#table + FLOAT8_TABLE_BYTES;
    // Sums of f32 chunks in f64 need twice a chunk's room.
    this.#result = this.#raw + this.#chunkBytes;
    this.#sums = this.#result + 2 * this.#chunkBytes;
    this.#widened = this.#sums + 2 * this.#chunkBytes;
    this.#totals = this.#widened + this.#chunkBytes;
    this.#slots = this.#totals + Math.ceil((TOTALS * 8) / 16) * 16;
    this.#kernels = instantiateKernels(this.#slots + Math.max(1, ingredientCount) * this.#chunkBytes);
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
    const isMeasured = measure && step.isMeasured;
    if (isMeasured) this.#totalsView().fill(0);
    const size = step.kind === 'copy' ? BYTES_PER_ELEMENT[step.output.dtype] : hasDoubles(step) ? 8 : 4;
    const chunkElements = this.#chunkBytes / size;
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
    return { nonFinite, rounding: isMeasured ? this.#takeTotals() : undefined };
  }

  #copy(step: TensorStep, sources: readonly TensorSource[], start: number, count: number, emit: Emit): boolean {
    const { name, dtype } = step.output;
    const size = BYTES_PER_ELEMENT[dtype];
    const bytes = this.#view(this.#raw, count * size);
    sources[step.terms[0]!.ingredient]!.read(name, start * size, bytes);
    emit(bytes, start * size);
    // Looked at after it was handed out, since looking makes all NaN alike.
    return this.#settle(dtype, this.#raw, count);
  }

  #sum(
    step: TensorStep,
    sources: readonly TensorSource[],
    start: number,
    count: number,
    emit: Emit,
    isMeasured: boolean,
  ): boolean {
    const { dtype } = step.output;
    const doubles = hasDoubles(step);
    this.#readTerms(step, sources, start, count, doubles);
    // Sums that are looked at again are kept apart from what they are rounded to.
    const sums = isMeasured ? this.#sums : this.#result;
    this.#addUp(step, count, sums, doubles, isMeasured);
    if (dtype === 'F16' || dtype === 'BF16') this.#narrow(dtype, sums, step.accumulate === 'f64', count);
    const nonFinite = this.#settle(dtype, this.#result, count);
    if (isMeasured) this.#measure(step, count, doubles, !nonFinite);
    const size = BYTES_PER_ELEMENT[dtype];
    emit(this.#view(this.#result, count * size), start * size);
    return nonFinite;
  }

  /** Leaves f64 or f32 sums at `sums`, and F32 outputs at `#result`. */
  #addUp(
    { output, terms, accumulate }: TensorStep,
    count: number,
    sums: number,
    doubles: boolean,
    kept: boolean,
  ): void {
    const kernels = this.#kernels;
    const isSingle = output.dtype === 'F32';
    if (doubles) {
      kernels.sumDoubles(this.#addresses, this.#weights, terms.length, count, sums);
      if (isSingle) kernels.doublesToSingles(sums, this.#result, count);
    } else if (accumulate === 'f64') {
      const atOnce = isSingle && !kept ? 1 : 0;
      kernels.sumSinglesInDoubles(this.#addresses, this.#weights, terms.length, count, sums, atOnce);
      if (isSingle && kept) kernels.doublesToSingles(sums, this.#result, count);
    } else {
      kernels.sumSinglesInSingles(this.#addresses, this.#weights, terms.length, count, sums);
    }
  }

  #narrow(dtype: 'F16' | 'BF16', sums: number, areDoubles: boolean, count: number): void {
    const { doublesToHalfs, doublesToBrains, singlesToHalfs, singlesToBrains } = this.#kernels;
    const toHalfs = areDoubles ? doublesToHalfs : singlesToHalfs;
    const toBrains = areDoubles ? doublesToBrains : singlesToBrains;
    (dtype === 'F16' ? toHalfs : toBrains)(sums, this.#result, count);
  }

  #measure(step: TensorStep, count: number, doubles: boolean, allFinite: boolean): void {
    const {
      output: { dtype },
      terms,
      accumulate,
    } = step;
    const kernels = this.#kernels;
    if (dtype === 'F16') kernels.widenHalfs(this.#result, this.#widened, count);
    else if (dtype === 'BF16') kernels.widenBrains(this.#result, this.#widened, count);
    const rounded = dtype === 'F32' ? this.#result : this.#widened;
    const heaviest = terms.reduce((best, { weight }, i) => (weight > terms[best]!.weight ? i : best), 0);
    const reference = this.#slots + heaviest * this.#chunkBytes;
    // Sums are finite wherever what they were rounded to is, and so are the terms they are of.
    kernels.measureSums(
      this.#sums,
      rounded,
      reference,
      count,
      accumulate === 'f64' ? 1 : 0,
      doubles ? 1 : 0,
      allFinite ? 1 : 0,
      this.#totals,
    );
  }

  #totalsView(): Float64Array {
    return new Float64Array(this.#kernels.memory.buffer, this.#totals, TOTALS);
  }

  #takeTotals(): RoundingSums {
    const [largest = 0, error = 0, difference = 0, counted = 0, overflowed = 0, nonFinite = 0] = this.#totalsView();
    return { largest, error, difference, counted, overflowed, nonFinite };
  }

  /** Puts every term's chunk into a slot as f32 (as f64 with `doubles`), and fills the tables of addresses and weights. */
  #readTerms(step: TensorStep, sources: readonly TensorSource[], start: number, count: number, doubles: boolean): void {
    const { memory } = this.#kernels;
    const addresses = new Uint32Array(memory.buffer, this.#addresses, step.terms.length);
    const Weights = step.accumulate === 'f64' ? Float64Array : Float32Array;
    const weights = new Weights(memory.buffer, this.#weights, step.terms.length);
    for (const [i, term] of step.terms.entries()) {
      const slot = this.#slots + i * this.#chunkBytes;
      addresses[i] = slot;
      weights[i] = term.weight;
      const size = BYTES_PER_ELEMENT[term.dtype];
      const isDirect = term.dtype === (doubles ? 'F64' : 'F32');
      const target = this.#view(isDirect ? slot : this.#raw, count * size);
      sources[term.ingredient]!.read(step.output.name, start * size, target);
      if (isDirect) continue;
      if (!doubles) this.#widen(term.dtype, slot, count);
      else if (term.dtype === 'F32') this.#kernels.promoteSingles(this.#raw, slot, count);
      else {
        this.#widen(term.dtype, this.#result, count);
        this.#kernels.promoteSingles(this.#result, slot, count);
      }
    }
  }

  /** From the raw chunk to f32. */
  #widen(dtype: DType, target: number, count: number): void {
    if (dtype === 'F16') this.#kernels.widenHalfs(this.#raw, target, count);
    else if (dtype === 'BF16') this.#kernels.widenBrains(this.#raw, target, count);
    else if (dtype === 'F8_E4M3' || dtype === 'F8_E5M2') {
      new Float32Array(this.#kernels.memory.buffer, this.#table, 256).set(float8Values(dtype));
      this.#kernels.widenByTable(this.#raw, target, count, this.#table);
    } else throw new Error(`There is no widening of ${dtype}`);
  }

  /** Makes all NaN alike and tells whether there are values that are not finite. */
  #settle(dtype: DType, values: number, count: number): boolean {
    if (dtype === 'F32') return this.#kernels.settleSingles(values, count) !== 0;
    if (dtype === 'F64') return this.#kernels.settleDoubles(values, count) !== 0;
    if (dtype === 'F16') return this.#kernels.hasSpecialExponent(values, count, 0x7c00) !== 0;
    if (dtype === 'BF16') return this.#kernels.hasSpecialExponent(values, count, 0x7f80) !== 0;
    return false;
  }

  #view(address: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#kernels.memory.buffer, address, bytes);
  }
}

function hasDoubles(step: TensorStep): boolean {
  return step.terms.some((term) => term.dtype === 'F64');
}
