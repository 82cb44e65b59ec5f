import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { Split, SplitRef } from '../../data/split.ts';
import { StockpotError } from '../../errors.ts';
import type { Feeds } from '../../runtimes/runtime.ts';

/** The input's name in every architecture of the zoo. */
const INPUT = 'input';

/**
 * Catches a split that an architecture cannot take before any work starts.
 * @throws StockpotError `engine/split-does-not-fit`
 */
export function checkSplitFits(spec: ArchitectureSpec, split: SplitRef): void {
  if (!takes(spec, split)) {
    throw new StockpotError({
      code: 'engine/split-does-not-fit',
      what: `The architecture takes samples of [${spec.inputShape.join(', ')}], the split has [${split.sampleShape.join(', ')}]`,
      where: split.folder,
      remedy:
        'Use a data set of the size that the architecture was made for, or an architecture of the data set’s size.',
    });
  }
  if (split.classCount > spec.classes) {
    throw new StockpotError({
      code: 'engine/split-does-not-fit',
      what: `The split has ${split.classCount} classes, the architecture tells only ${spec.classes} apart`,
      where: split.folder,
      remedy: 'Use an architecture with as many classes as the data set.',
    });
  }
}

/** An MLP flattens its samples, so only their size counts; convolutions see the layout too. */
function takes({ family, inputShape }: ArchitectureSpec, { sampleShape }: SplitRef): boolean {
  if (family === 'mlp') return product(inputShape) === product(sampleShape);
  return inputShape.length === sampleShape.length && inputShape.every((extent, axis) => extent === sampleShape[axis]);
}

/** Reads batches of a split into one buffer, in the shape that the architecture takes. Each batch overwrites the last one. */
export class BatchReader {
  readonly sampleSize: number;
  readonly #split: Split;
  readonly #inputShape: readonly number[];
  readonly #buffer: Float32Array;

  constructor(split: Split, spec: ArchitectureSpec, largestBatch: number) {
    this.sampleSize = product(split.sampleShape);
    this.#split = split;
    this.#inputShape = spec.inputShape;
    this.#buffer = new Float32Array(largestBatch * this.sampleSize);
  }

  /** Normalised samples of the given rows, F32 [rows.length, …inputShape]; valid until the next call. */
  samples(rows: ArrayLike<number>): Float32Array {
    const samples = this.#buffer.subarray(0, rows.length * this.sampleSize);
    this.#split.readBatch(rows, samples);
    return samples;
  }

  feeds(samples: Float32Array): Feeds {
    const count = samples.length / this.sampleSize;
    return { [INPUT]: { shape: [count, ...this.#inputShape], data: samples } };
  }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
