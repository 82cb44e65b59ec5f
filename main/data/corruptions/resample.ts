import { type ImageShape, toByte } from './corruption.ts';

/** Where each pixel of the result is taken from, in pixels of the image. */
export interface PixelMap {
  readonly y: Float64Array;
  readonly x: Float64Array;
}

/** Fills `target` by bilinear interpolation of `image` at the positions of `map`; black outside. */
export function resample(image: Uint8Array, shape: ImageShape, map: PixelMap, target: Uint8Array): void {
  const size = shape.height * shape.width;
  for (let channel = 0; channel < shape.channels; channel++) {
    const start = channel * size;
    for (let i = 0; i < size; i++) target[start + i] = toByte(bilinear(image, start, shape, map.y[i]!, map.x[i]!));
  }
}

function bilinear(image: Uint8Array, start: number, shape: ImageShape, y: number, x: number): number {
  const top = Math.floor(y);
  const left = Math.floor(x);
  const down = y - top;
  const right = x - left;
  const upper = (1 - right) * pixel(image, start, shape, top, left) + right * pixel(image, start, shape, top, left + 1);
  const lower =
    (1 - right) * pixel(image, start, shape, top + 1, left) + right * pixel(image, start, shape, top + 1, left + 1);
  return (1 - down) * upper + down * lower;
}

function pixel(image: Uint8Array, start: number, shape: ImageShape, y: number, x: number): number {
  if (y < 0 || y >= shape.height || x < 0 || x >= shape.width) return 0;
  return image[start + y * shape.width + x]!;
}
