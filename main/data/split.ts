export type SplitRole = 'train' | 'selection' | 'test';

/** Linear rescaling applied to stored bytes when a batch is read: (value / 255 − mean[c]) / std[c], per channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Labelled samples prepared on disk: a folder of the cache, named by `key`, complete or absent (never half-written). */
export interface SplitRef {
  /** Hash of everything the bytes depend on: source files, selection of rows, corruption, seed, code version. Lower-case hex. */
  readonly key: string;
  readonly folder: string;
  readonly sampleCount: number;
  /** [channels, height, width] */
  readonly sampleShape: readonly number[];
  readonly classCount: number;
  readonly normalization: Normalization;
}

/** A prepared split opened for reading. */
export interface Split extends SplitRef {
  /** One label per sample, 0 … classCount − 1. */
  readonly labels: Int32Array;
  /**
   * Normalised samples of the given rows, in the order given: F32 [rows.length, …sampleShape], written into `target` from 0 on.
   */
  readBatch(rows: ArrayLike<number>, target: Float32Array): void;
  /** Stored bytes (before normalisation) of one row, U8 [channels, height, width]. */
  readSample(row: number): Uint8Array;
  close(): void;
}
