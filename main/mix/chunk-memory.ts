import { BYTES_PER_ELEMENT, type DType } from '../checkpoints/checkpoint.ts';
import { FIRST_FREE_BYTE } from '../wasm-kernels.ts';
import { float8Values } from './float8.ts';
import { growKernels, instantiateKernels, type Kernels } from './kernels/kernels.ts';
import type { Floats } from './methods/tensor-method.ts';
import type { TensorSource, TensorStep, Term } from './plan.ts';
import type { RoundingSums } from './rounding.ts';

const BLOCK = 16;
const FLOAT8_TABLE_BYTES = 256 * 4;

/** What `measureSums` keeps. */
const TOTALS = 6;

/**
 * The kernels' memory, laid out for one chunk of every ingredient and of the result: (ingredients + 7) chunks. A chunk is the same number
 * of elements for all of them, as f32 or f64.
 */
export class ChunkMemory {
  readonly kernels: Kernels;
  readonly #slotCount: number;
  readonly #addresses = FIRST_FREE_BYTE;
  readonly #weights: number;
  readonly #table: number;
  readonly #totals: number;
  readonly #firstFree: number;
  #chunkBytes = 0;
  /** Where the chunks begin. */
  #chunks: number;
  /** The first byte that neither chunks nor reservations take. */
  #end: number;

  constructor(slotCount: number, chunkBytes: number) {
    this.#slotCount = Math.max(1, slotCount);
    this.#weights = this.#addresses + Math.ceil((slotCount * 4) / 16) * 16;
    this.#table = this.#weights + Math.ceil((slotCount * 8) / 16) * 16;
    this.#totals = this.#table + FLOAT8_TABLE_BYTES;
    this.#firstFree = this.#totals + Math.ceil((TOTALS * 8) / 16) * 16;
    this.#chunks = this.#firstFree;
    this.#end = this.#firstFree;
    this.kernels = instantiateKernels(this.#firstFree);
    this.growChunks(chunkBytes);
  }

  /** Makes chunks at least so long; what was in them is lost when they grow, reservations are not. */
  growChunks(chunkBytes: number): void {
    const wanted = Math.ceil(chunkBytes / (BLOCK * 8)) * BLOCK * 8;
    if (wanted <= this.#chunkBytes) return;
    this.#chunkBytes = wanted;
    this.#chunks = this.#end;
    this.#end = this.slot(this.#slotCount);
    growKernels(this.kernels, this.#end);
  }

  /** Room that stays where it is until `release`, at a multiple of 16. */
  reserve(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil(bytes / BLOCK) * BLOCK;
    growKernels(this.kernels, this.#end);
    return address;
  }

  /** Gives all reservations back. */
  release(): void {
    this.#chunks = this.#firstFree;
    this.#end = this.slot(this.#slotCount);
  }

  /** Where elements are as a file has them. */
  get raw(): number {
    return this.#chunks;
  }

  /** Where finished elements are; room for two chunks, since f64 sums of an f32 chunk take twice its room. */
  get result(): number {
    return this.#chunks + this.#chunkBytes;
  }

  /** Where sums are that will be looked at again beside what they are rounded to; room for two chunks. */
  get sums(): number {
    return this.#chunks + 3 * this.#chunkBytes;
  }

  get #widened(): number {
    return this.#chunks + 5 * this.#chunkBytes;
  }

  /** Where the step's term of this index has its chunk. */
  slot(term: number): number {
    return this.#chunks + (6 + term) * this.#chunkBytes;
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.kernels.memory.buffer, address, length);
  }

  floats(address: number, count: number, doubles: boolean): Floats {
    const { buffer } = this.kernels.memory;
    return doubles ? new Float64Array(buffer, address, count) : new Float32Array(buffer, address, count);
  }

  /** Puts every term's chunk into its slot as f32 (as f64 with `doubles`). */
  readTerms(step: TensorStep, sources: readonly TensorSource[], start: number, count: number, doubles: boolean): void {
    for (const [i, term] of step.terms.entries()) {
      this.#readTerm(term, step.output.name, sources[term.ingredient]!, start, count, doubles, this.slot(i));
    }
  }

  #readTerm(
    { dtype }: Term,
    name: string,
    source: TensorSource,
    start: number,
    count: number,
    doubles: boolean,
    slot: number,
  ): void {
    const size = BYTES_PER_ELEMENT[dtype];
    const isDirect = dtype === (doubles ? 'F64' : 'F32');
    source.read(name, start * size, this.bytes(isDirect ? slot : this.raw, count * size));
    if (isDirect) return;
    if (!doubles) this.#widen(dtype, slot, count);
    else if (dtype === 'F32') this.kernels.promoteSingles(this.raw, slot, count);
    else {
      this.#widen(dtype, this.result, count);
      this.kernels.promoteSingles(this.result, slot, count);
    }
  }

  /** From the raw chunk to f32. */
  #widen(dtype: DType, target: number, count: number): void {
    if (dtype === 'F16') this.kernels.widenHalfs(this.raw, target, count);
    else if (dtype === 'BF16') this.kernels.widenBrains(this.raw, target, count);
    else if (dtype === 'F8_E4M3' || dtype === 'F8_E5M2') {
      new Float32Array(this.kernels.memory.buffer, this.#table, 256).set(float8Values(dtype));
      this.kernels.widenByTable(this.raw, target, count, this.#table);
    } else throw new Error(`There is no widening of ${dtype}`);
  }

  /** Adds the slots up, each times its term's weight: leaves f64 or f32 sums at `sums`, and F32 outputs at `result`. */
  addUp({ output, terms, accumulate }: TensorStep, count: number, sums: number, doubles: boolean, kept: boolean): void {
    const kernels = this.kernels;
    this.#setTables(terms, accumulate);
    const isSingle = output.dtype === 'F32';
    if (doubles) {
      kernels.sumDoubles(this.#addresses, this.#weights, terms.length, count, sums);
      if (isSingle) kernels.doublesToSingles(sums, this.result, count);
    } else if (accumulate === 'f64') {
      const atOnce = isSingle && !kept ? 1 : 0;
      kernels.sumSinglesInDoubles(this.#addresses, this.#weights, terms.length, count, sums, atOnce);
      if (isSingle && kept) kernels.doublesToSingles(sums, this.result, count);
    } else {
      kernels.sumSinglesInSingles(this.#addresses, this.#weights, terms.length, count, sums);
    }
  }

  #setTables(terms: readonly Term[], accumulate: 'f32' | 'f64'): void {
    const { memory } = this.kernels;
    const addresses = new Uint32Array(memory.buffer, this.#addresses, terms.length);
    const Weights = accumulate === 'f64' ? Float64Array : Float32Array;
    const weights = new Weights(memory.buffer, this.#weights, terms.length);
    for (const [i, term] of terms.entries()) {
      addresses[i] = this.slot(i);
      weights[i] = term.weight;
    }
  }

  /**
   * From values at `sums` to the step's type at `result`, rounded once; F32 results of sums are there already.
   * @returns whether any is NaN or infinite
   */
  finish(step: TensorStep, sums: number, count: number, doubles: boolean, isMeasured: boolean): boolean {
    const { dtype } = step.output;
    if (dtype === 'F16' || dtype === 'BF16') this.#narrow(dtype, sums, step.accumulate === 'f64', count);
    else if (step.kind === 'merge' && dtype === 'F32' && doubles)
      this.kernels.doublesToSingles(sums, this.result, count);
    const nonFinite = this.settle(dtype, this.result, count);
    if (isMeasured) this.#measure(step, count, doubles, !nonFinite);
    return nonFinite;
  }

  #narrow(dtype: 'F16' | 'BF16', sums: number, areDoubles: boolean, count: number): void {
    const { doublesToHalfs, doublesToBrains, singlesToHalfs, singlesToBrains } = this.kernels;
    const toHalfs = areDoubles ? doublesToHalfs : singlesToHalfs;
    const toBrains = areDoubles ? doublesToBrains : singlesToBrains;
    (dtype === 'F16' ? toHalfs : toBrains)(sums, this.result, count);
  }

  startMeasuring(): void {
    this.#totalsView().fill(0);
  }

  /** Keeps the heaviest term's chunk for measuring, which a method may overwrite. */
  keepReference(step: TensorStep, count: number, doubles: boolean): void {
    const length = count * (doubles ? 8 : 4);
    this.bytes(this.#keptReference, length).set(this.bytes(this.slot(heaviestOf(step)), length));
  }

  /** What methods make is as long as what they get, so that it takes half of the room for sums. */
  get #keptReference(): number {
    return this.sums + this.#chunkBytes;
  }

  /** Adds what rounding from `sums` to `result` cost, beside the heaviest term. */
  #measure(step: TensorStep, count: number, doubles: boolean, allFinite: boolean): void {
    const { dtype } = step.output;
    const kernels = this.kernels;
    if (dtype === 'F16') kernels.widenHalfs(this.result, this.#widened, count);
    else if (dtype === 'BF16') kernels.widenBrains(this.result, this.#widened, count);
    const isMerge = step.kind === 'merge';
    kernels.measureSums(
      this.sums,
      dtype === 'F32' ? this.result : this.#widened,
      isMerge ? this.#keptReference : this.slot(heaviestOf(step)),
      count,
      step.accumulate === 'f64' ? 1 : 0,
      doubles ? 1 : 0,
      // Sums are finite wherever what they were rounded to is, and so are the terms they are of. Methods may leave terms out.
      allFinite && !isMerge ? 1 : 0,
      this.#totals,
    );
  }

  takeMeasured(): RoundingSums {
    const [largest = 0, error = 0, difference = 0, counted = 0, overflowed = 0, nonFinite = 0] = this.#totalsView();
    return { largest, error, difference, counted, overflowed, nonFinite };
  }

  #totalsView(): Float64Array {
    return new Float64Array(this.kernels.memory.buffer, this.#totals, TOTALS);
  }

  /** Makes all NaN alike and tells whether there are values that are not finite. */
  settle(dtype: DType, values: number, count: number): boolean {
    if (dtype === 'F32') return this.kernels.settleSingles(values, count) !== 0;
    if (dtype === 'F64') return this.kernels.settleDoubles(values, count) !== 0;
    if (dtype === 'F16') return this.kernels.hasSpecialExponent(values, count, 0x7c00) !== 0;
    if (dtype === 'BF16') return this.kernels.hasSpecialExponent(values, count, 0x7f80) !== 0;
    return false;
  }
}

function heaviestOf({ terms }: TensorStep): number {
  return terms.reduce((best, { weight }, i) => (weight > terms[best]!.weight ? i : best), 0);
}
