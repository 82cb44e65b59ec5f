import type { TrainingConfig } from '../protocol.ts';

const PLAIN = { shift: 0, rotate: 0, cutout: 0 } as const;

/** Training from scratch for the base that ingredients are fine-tuned from. */
export function basePreset(seed: number): TrainingConfig {
  return {
    optimizer: 'adam',
    learningRate: 0.002,
    weightDecay: 0,
    momentum: 0.9,
    epochs: 2,
    batchSize: 64,
    schedule: 'cosine',
    labelSmoothing: 0,
    augmentation: PLAIN,
    seed,
    samplesPerEpoch: 0,
  };
}
