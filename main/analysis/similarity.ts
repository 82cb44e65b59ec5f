import {
  BYTES_PER_ELEMENT,
  type Checkpoint,
  type DType,
  isFloating,
  type TensorInfo,
} from '../checkpoints/checkpoint.ts';
import { throwIfCancelled } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { PairSums } from './pair-sums.ts';
import { readNumbers } from './read-numbers.ts';
import {
  type Agreement,
  agreementOf,
  type CentredSample,
  centreSample,
  SampleGatherer,
  type SampleLayout,
  sampleLayout,
} from './tensor-sample.ts';

/** Read at a time from each checkpoint. */
const CHUNK_ELEMENTS = 1 << 18;

/** One tensor of one checkpoint. */
interface TensorFacts {
  /** Index of the checkpoint. */
  readonly checkpoint: number;
  readonly dtype: DType;
  readonly nanCount: number;
  readonly infinityCount: number;
  /** True for a tensor with elements that are all zero. */
  readonly allZero: boolean;
}

/** One tensor of two checkpoints. */
export interface TensorPair {
  /** Indices of the checkpoints, the lower one first. */
  readonly a: number;
  readonly b: number;
  /** Every element is the same number. */
  readonly identical: boolean;
  /** Of all elements, not centred; undefined for integers, and where one is all zero or holds NaN or infinities. */
  readonly cosine: number | undefined;
  /** Of the centred sample; undefined where `cosine` is, for tensors that are no matrices, and where one is constant. */
  readonly agreement: Agreement | undefined;
}

/** Tensors of one name and one shape, in all checkpoints that hold such a one. */
export interface TensorSimilarity {
  readonly name: string;
  readonly shape: readonly number[];
  /** All of them are of floating-point types; others are only looked at for being identical. */
  readonly floating: boolean;
  /** Name of a tensor that has the same numbers in every checkpoint: a tied one, stored twice. */
  readonly tiedTo: string | undefined;
  readonly facts: readonly TensorFacts[];
  /** One for each two of `facts`. */
  readonly pairs: readonly TensorPair[];
}

export interface SimilarityOptions {
  readonly signal?: AbortSignal | undefined;
  /** In bytes. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Compares every tensor of every two checkpoints in one pass over the files, tensor by tensor, in chunks: memory grows with the
 * number of checkpoints, not with their size. Elements are widened exactly and summed in double precision. Lets other
 * work happen in between.
 * @param checkpoints opened; they stay open
 * @throws StockpotError as `Checkpoint.read`; `job/cancelled`
 */
export async function measureSimilarity(
  checkpoints: readonly Checkpoint[],
  { signal, onProgress }: SimilarityOptions = {},
): Promise<readonly TensorSimilarity[]> {
  const sets = tensorSets(checkpoints);
  const total = sets.reduce((sum, set) => sum + bytesOf(set), 0);
  const firstWithNumbers = new Map<string, string>();
  const similarities: TensorSimilarity[] = [];
  let done = 0;
  for (const set of sets) {
    const course = streamSet(checkpoints, set, firstWithNumbers);
    let step = course.next();
    while (!step.done) {
      throwIfCancelled(signal);
      done += step.value;
      onProgress?.({ stage: 'Comparing the tensors', done, total, unit: 'bytes' });
      await new Promise(setImmediate);
      step = course.next();
    }
    similarities.push(step.value);
  }
  return similarities;
}

/** A tensor of one name and one shape with those who hold it. */
interface TensorSet {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elementCount: number;
  readonly holders: readonly { readonly checkpoint: number; readonly info: TensorInfo }[];
}

/** In the order of the first checkpoint that holds each. */
function tensorSets(checkpoints: readonly Checkpoint[]): readonly TensorSet[] {
  const sets = new Map<string, TensorSet & { holders: { checkpoint: number; info: TensorInfo }[] }>();
  for (const [checkpoint, { tensors }] of checkpoints.entries()) {
    for (const info of tensors.values()) {
      const { name, shape, elementCount } = info;
      const key = JSON.stringify([name, shape]);
      const set = sets.get(key) ?? { name, shape, elementCount, holders: [] };
      set.holders.push({ checkpoint, info });
      sets.set(key, set);
    }
  }
  return [...sets.values()];
}

function bytesOf({ holders }: TensorSet): number {
  return holders.reduce((sum, { info }) => sum + info.byteLength, 0);
}

/** Yields the number of bytes read after each chunk. */
function* streamSet(
  checkpoints: readonly Checkpoint[],
  set: TensorSet,
  firstWithNumbers: Map<string, string>,
): Generator<number, TensorSimilarity> {
  const { name, shape, elementCount, holders } = set;
  const floating = holders.every(({ info }) => isFloating(info.dtype));
  const layout = floating && holders.length > 1 ? sampleLayout(shape) : undefined;
  const sums = new PairSums(holders.length);
  const tallies = holders.map(() => new SpecialTally());
  const gatherers = layout === undefined ? [] : holders.map(() => new SampleGatherer(layout));
  const longest = Math.min(CHUNK_ELEMENTS, elementCount);
  const buffers = holders.map(({ info }) => new Uint8Array(longest * BYTES_PER_ELEMENT[info.dtype]));
  for (let start = 0; start < elementCount; start += CHUNK_ELEMENTS) {
    const length = Math.min(CHUNK_ELEMENTS, elementCount - start);
    const chunks = holders.map(({ checkpoint, info }, index) =>
      readNumbers(
        checkpoints[checkpoint]!,
        info,
        start,
        buffers[index]!.subarray(0, length * BYTES_PER_ELEMENT[info.dtype]),
      ),
    );
    sums.add(chunks);
    for (const [index, chunk] of chunks.entries()) {
      gatherers[index]?.add(start, chunk);
      tallies[index]!.add(chunk, sums.squares(index));
    }
    yield holders.reduce((bytes, { info }) => bytes + length * BYTES_PER_ELEMENT[info.dtype], 0);
  }
  const samples = gatherers.map(({ values }) => centreSample(values, layout!));
  const facts = holders.map(({ checkpoint, info }, index) => ({
    checkpoint,
    dtype: info.dtype,
    nanCount: tallies[index]!.nanCount,
    infinityCount: tallies[index]!.infinityCount,
    allZero: elementCount > 0 && tallies[index]!.allZero,
  }));
  return {
    name,
    shape,
    floating,
    tiedTo: layout === undefined ? undefined : tiedTo(set, sums, firstWithNumbers),
    facts,
    pairs: pairsOf(set, sums, samples, layout),
  };
}

/** Counts what is not finite, and knows whether anything is not zero; looks closely only where the sum of squares says so. */
class SpecialTally {
  nanCount = 0;
  infinityCount = 0;
  allZero = true;

  add(numbers: Float32Array | Float64Array, squaresSoFar: number): void {
    if (!Number.isFinite(squaresSoFar)) {
      for (const value of numbers) {
        if (Number.isNaN(value)) this.nanCount += 1;
        else if (!Number.isFinite(value)) this.infinityCount += 1;
      }
    }
    // A sum of squares of zero can come from squares too small for a double.
    if (this.allZero) this.allZero = squaresSoFar === 0 && numbers.every((value) => value === 0);
  }
}

function pairsOf(
  { holders }: TensorSet,
  sums: PairSums,
  samples: readonly CentredSample[],
  layout: SampleLayout | undefined,
): readonly TensorPair[] {
  const floating = holders.map(({ info }) => isFloating(info.dtype));
  return holders.flatMap(({ checkpoint }, first) =>
    holders.slice(first + 1).map((other, offset) => {
      const second = first + 1 + offset;
      const cosine = floating[first] && floating[second] ? sums.cosine(first, second) : undefined;
      const agreement =
        layout === undefined || cosine === undefined
          ? undefined
          : agreementOf(samples[first]!, samples[second]!, layout);
      return { a: checkpoint, b: other.checkpoint, identical: sums.identical(first, second), cosine, agreement };
    }),
  );
}

/** Equal sums of squares in every checkpoint, and equal products between them, to the last bit, are no accident. */
function tiedTo({ name, shape, holders }: TensorSet, sums: PairSums, known: Map<string, string>): string | undefined {
  const numbers = holders.flatMap(({ checkpoint }, a) => [checkpoint, sums.squares(a), sums.product(a, 0)]);
  if (!numbers.every(Number.isFinite)) return undefined;
  const key = JSON.stringify([shape, numbers]);
  const first = known.get(key);
  if (first === undefined) known.set(key, name);
  return first;
}
