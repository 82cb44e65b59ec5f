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

export interface NamedPreset {
  readonly name: string;
  readonly config: TrainingConfig;
}

/** The five fine-tuning configurations of the model-soup article: what an ingredient is called, and how it is trained. */
export function articlePresets(seed: number): readonly NamedPreset[] {
  const settings = [
    { name: 'sgd-a', optimizer: 'sgd', learningRate: 0.01, weightDecay: 1e-4 },
    { name: 'adam', optimizer: 'adam', learningRate: 0.001, weightDecay: 1e-3 },
    { name: 'sgd-b', optimizer: 'sgd', learningRate: 0.005, weightDecay: 5e-4 },
    { name: 'adamw', optimizer: 'adamw', learningRate: 0.002, weightDecay: 1e-4 },
    { name: 'sgd-c', optimizer: 'sgd', learningRate: 0.01, weightDecay: 1e-5 },
  ] as const;
  return settings.map(({ name, ...chosen }, index) => ({
    name,
    config: {
      ...chosen,
      momentum: 0.9,
      epochs: 2,
      batchSize: 64,
      schedule: 'cosine',
      labelSmoothing: 0,
      augmentation: PLAIN,
      seed: seed + 100 + index,
      samplesPerEpoch: 0,
    },
  }));
}
