import type { Random } from '../../random.ts';

export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export type Severity = 1 | 2 | 3 | 4 | 5;

/**
 * Damage done to an image of bytes [channels, height, width], of any size. Lengths are fractions of the shorter side, so that a
 * severity means the same for digits and photographs. Results are rounded to bytes once; engines that compute `exp`, `log` or
 * `sin` with another last bit give the same bytes except where a value lies on a rounding boundary.
 */
export interface Corruption {
  readonly title: string;
  readonly description: string;
  /** Paper, and what was changed against it. */
  readonly source: string;
  /** What a level is, with its unit. */
  readonly parameter: string;
  /** The level of severity 1 … 5. */
  readonly levels: readonly [number, number, number, number, number];
  /**
   * @param random a stream of this image's own; the same for every severity, so that a worse one is more of the same damage
   * @param target as long as `image`, and another array
   */
  apply(image: Uint8Array, shape: ImageShape, level: number, random: Random, target: Uint8Array): void;
}

/** Rounded to the nearest byte, clamped to 0 … 255. */
export function toByte(value: number): number {
  if (value <= 0) return 0;
  return value >= 255 ? 255 : Math.round(value);
}

export function shorterSide(shape: ImageShape): number {
  return Math.min(shape.height, shape.width);
}
