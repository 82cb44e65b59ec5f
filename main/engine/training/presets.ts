import type { TrainingConfig } from '../protocol.ts';

const PLAIN = { shift: 0, rotate: 0, cutout: 0 } as const;

/**
 * Training from scratch for the base that ingredients are fine-tuned from: 40,000 images, enough for 97 % and more of
 * MNIST's selection images to be right.
 */
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
    samplesPerEpoch: 20_000,
  };
}

export interface NamedPreset {
  readonly name: string;
  readonly config: TrainingConfig;
}

/**
 * The five fine-tuning configurations of the model-soup article: what an ingredient is called, and how it is trained. Each
 * has a seed and an augmentation of its own, and so sees other images; a soup gains nothing from ingredients that agree in
 * everything. Augmentations are mild, so that all five stay good enough for a greedy recipe to want them.
 */
export function articlePresets(seed: number): readonly NamedPreset[] {
  const settings = [
    { optimizer: 'sgd', learningRate: 0.01, weightDecay: 1e-4, augmentation: { shift: 1, rotate: 0, cutout: 0 } },
    { optimizer: 'adam', learningRate: 0.001, weightDecay: 1e-3, augmentation: { shift: 0, rotate: 10, cutout: 0 } },
    { optimizer: 'sgd', learningRate: 0.005, weightDecay: 5e-4, augmentation: { shift: 0, rotate: 0, cutout: 6 } },
    {
      optimizer: 'adamw',
      learningRate: 0.002,
      weightDecay: 1e-4,
      augmentation: { shift: 1, rotate: 10, cutout: 0 },
      labelSmoothing: 0.05,
    },
    { optimizer: 'sgd', learningRate: 0.01, weightDecay: 1e-5, augmentation: { shift: 1, rotate: 5, cutout: 4 } },
  ] as const;
  const names = ['sgd-a', 'adam', 'sgd-b', 'adamw', 'sgd-c'] as const;
  return settings.map((chosen, index) => ({
    name: names[index]!,
    config: {
      momentum: 0.9,
      epochs: 2,
      batchSize: 32,
      schedule: 'cosine',
      labelSmoothing: 0,
      ...chosen,
      seed: seed + 100 + index,
      samplesPerEpoch: 20_000,
    },
  }));
}
