import type { TrainingConfig } from '../../engine/protocol.ts';
import { articlePresets, basePreset } from '../../engine/training/presets.ts';

interface PresetCard {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly role: 'base' | 'fine-tune';
  readonly config: TrainingConfig;
}

const OPTIMIZERS: Readonly<Record<TrainingConfig['optimizer'], string>> = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' };

/** The ready-made trainings: one for a base, the rest for ingredients that differ enough for a soup to gain from them. */
export function presetCards(seed: number): readonly PresetCard[] {
  const base = basePreset(seed);
  return [
    { name: 'base', title: 'Base, from fresh weights', description: inWords(base), role: 'base', config: base },
    ...articlePresets(seed).map(({ name, config }) => ({
      name,
      title: `${OPTIMIZERS[config.optimizer]}, learning rate ${config.learningRate}`,
      description: inWords(config),
      role: 'fine-tune' as const,
      config,
    })),
  ];
}

function inWords(config: TrainingConfig): string {
  const { shift, rotate, cutout } = config.augmentation;
  const augmentation = [
    shift > 0 ? `shifted by up to ${shift} px` : '',
    rotate > 0 ? `rotated by up to ${rotate}°` : '',
    cutout > 0 ? `a square of ${cutout} px blanked` : '',
  ].filter((part) => part !== '');
  return [
    `${config.epochs} epochs in batches of ${config.batchSize}`,
    `weight decay ${config.weightDecay}`,
    ...(config.labelSmoothing > 0 ? [`label smoothing ${config.labelSmoothing}`] : []),
    augmentation.length === 0 ? 'images as they are' : `images ${augmentation.join(', ')}`,
  ].join('; ');
}
