import { Random } from '../../random.ts';
import { blur } from './blur.ts';
import { brightness } from './brightness.ts';
import { contrast } from './contrast.ts';
import type { Corruption, ImageShape, Severity } from './corruption.ts';
import { elastic } from './elastic.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { impulseNoise } from './impulse-noise.ts';
import { pixelate } from './pixelate.ts';
import { rotation } from './rotation.ts';
import { shotNoise } from './shot-noise.ts';
import { translation } from './translation.ts';

/** The words in recipe files. */
export const CORRUPTION_KINDS = [
  'gaussian-noise',
  'shot-noise',
  'impulse-noise',
  'blur',
  'contrast',
  'brightness',
  'rotation',
  'translation',
  'pixelate',
  'elastic',
] as const;

export type CorruptionKind = (typeof CORRUPTION_KINDS)[number];

export const CORRUPTIONS: Readonly<Record<CorruptionKind, Corruption>> = {
  'gaussian-noise': gaussianNoise,
  'shot-noise': shotNoise,
  'impulse-noise': impulseNoise,
  blur,
  contrast,
  brightness,
  rotation,
  translation,
  pixelate,
  elastic,
};

/**
 * Damages one image, the same way whatever other images are damaged and in whichever order.
 * @param row the image's number in its source file; with the seed and the kind it decides the noise
 * @param target as long as `image`, and another array
 */
export function corruptImage(
  corruption: { readonly kind: CorruptionKind; readonly severity: Severity; readonly seed: number },
  row: number,
  image: Uint8Array,
  shape: ImageShape,
  target: Uint8Array,
): void {
  const { apply, levels } = CORRUPTIONS[corruption.kind];
  const random = new Random(corruption.seed, 'corruption', corruption.kind, row);
  apply(image, shape, levels[corruption.severity - 1]!, random, target);
}
