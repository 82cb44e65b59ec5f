import { Random } from '../../random.ts';
import type { Augmentation } from '../protocol.ts';

export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A sample's own random numbers: the same whatever batch, order or thread it is met in. */
export interface AugmentationSeed {
  readonly seed: number;
  readonly epoch: number;
}

export function augments(augmentation: Augmentation): boolean {
  return augmentation.shift > 0 || augmentation.rotate > 0 || augmentation.cutout > 0;
}

/**
 * Augments normalised images in place: F32 [rows.length, channels, height, width].
 *
 * Each image is rotated about its centre by up to ±`rotate` degrees (bilinear), shifted by whole pixels up to ±`shift` on
 * each axis, then a square of `cutout` pixels is set to zero, the mean (DeVries & Taylor, "Cutout", 2017, section 3: the
 * centre is anywhere in the image, so the square may reach over the edge).
 *
 * @param background per channel, what comes in from outside the image: black, normalised
 */
export function augmentBatch(
  images: Float32Array,
  shape: ImageShape,
  rows: ArrayLike<number>,
  augmentation: Augmentation,
  { seed, epoch }: AugmentationSeed,
  background: readonly number[],
): void {
  const size = shape.channels * shape.height * shape.width;
  const source = new Float32Array(size);
  for (let i = 0; i < rows.length; i++) {
    const random = new Random(seed, 'augmentation', epoch, rows[i]!);
    const image = images.subarray(i * size, (i + 1) * size);
    const shiftX = signedInteger(random, augmentation.shift);
    const shiftY = signedInteger(random, augmentation.shift);
    const angle = (random.between(-augmentation.rotate, augmentation.rotate) * Math.PI) / 180;
    if (angle !== 0) {
      source.set(image);
      rotateAndShift(source, image, shape, angle, shiftX, shiftY, background);
    } else if (shiftX !== 0 || shiftY !== 0) {
      source.set(image);
      shiftOnly(source, image, shape, shiftX, shiftY, background);
    }
    if (augmentation.cutout > 0) cutout(image, shape, augmentation.cutout, random);
  }
}

function signedInteger(random: Random, largest: number): number {
  const whole = Math.floor(largest);
  return whole === 0 ? 0 : random.integer(2 * whole + 1) - whole;
}

function shiftOnly(
  source: Float32Array,
  target: Float32Array,
  { channels, height, width }: ImageShape,
  shiftX: number,
  shiftY: number,
  background: readonly number[],
): void {
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * height * width;
    const outside = background[channel]!;
    for (let y = 0; y < height; y++) {
      const fromY = y - shiftY;
      for (let x = 0; x < width; x++) {
        const fromX = x - shiftX;
        const inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
        target[plane + y * width + x] = inside ? source[plane + fromY * width + fromX]! : outside;
      }
    }
  }
}

/** Every target pixel looks up, bilinearly, where it came from. */
function rotateAndShift(
  source: Float32Array,
  target: Float32Array,
  { channels, height, width }: ImageShape,
  angle: number,
  shiftX: number,
  shiftY: number,
  background: readonly number[],
): void {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  for (let y = 0; y < height; y++) {
    const aboutY = y - shiftY - centreY;
    for (let x = 0; x < width; x++) {
      const aboutX = x - shiftX - centreX;
      const fromX = cosine * aboutX + sine * aboutY + centreX;
      const fromY = cosine * aboutY - sine * aboutX + centreY;
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const rightShare = fromX - left;
      const bottomShare = fromY - top;
      for (let channel = 0; channel < channels; channel++) {
        const plane = channel * height * width;
        const outside = background[channel]!;
        const at = (row: number, column: number): number =>
          row >= 0 && row < height && column >= 0 && column < width ? source[plane + row * width + column]! : outside;
        const upper = at(top, left) * (1 - rightShare) + at(top, left + 1) * rightShare;
        const lower = at(top + 1, left) * (1 - rightShare) + at(top + 1, left + 1) * rightShare;
        target[plane + y * width + x] = upper * (1 - bottomShare) + lower * bottomShare;
      }
    }
  }
}

function cutout(image: Float32Array, { channels, height, width }: ImageShape, side: number, random: Random): void {
  const top = random.integer(height) - Math.floor(side / 2);
  const left = random.integer(width) - Math.floor(side / 2);
  const firstX = Math.max(0, left);
  const endX = Math.min(width, left + side);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
      const row = (channel * height + y) * width;
      image.fill(0, row + firstX, row + Math.max(firstX, endX));
    }
  }
}
