import { type Corruption, type ImageShape, toByte } from './corruption.ts';

export const pixelate: Corruption = {
  title: 'Pixelate',
  description: 'Stored too small and enlarged again: large square pixels.',
  source:
    'Hendrycks & Dietterich 2019 (ImageNet-C), section 4.1; the same levels in Mu & Gilmer 2019 (MNIST-C); area averages down, nearest up',
  parameter: 'share of the resolution that is left',
  levels: [0.6, 0.5, 0.4, 0.3, 0.25],
  apply(image, shape, level, _random, target) {
    const rows = Math.max(1, Math.floor(level * shape.height));
    const columns = Math.max(1, Math.floor(level * shape.width));
    for (let channel = 0; channel < shape.channels; channel++) {
      const start = channel * shape.height * shape.width;
      const small = shrink(image, start, shape, rows, columns);
      for (let y = 0; y < shape.height; y++) {
        const row = Math.floor(((y + 0.5) * rows) / shape.height);
        for (let x = 0; x < shape.width; x++) {
          const column = Math.floor(((x + 0.5) * columns) / shape.width);
          target[start + y * shape.width + x] = toByte(small[row * columns + column]!);
        }
      }
    }
  },
};

/** Averages over the area that each of rows × columns large pixels covers; edge pixels count by the part that is covered. */
function shrink(image: Uint8Array, start: number, shape: ImageShape, rows: number, columns: number): Float64Array {
  const small = new Float64Array(rows * columns);
  const tall = shape.height / rows;
  const wide = shape.width / columns;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let y = Math.floor(row * tall); y < Math.min(shape.height, (row + 1) * tall); y++) {
        const coveredY = Math.min(y + 1, (row + 1) * tall) - Math.max(y, row * tall);
        for (let x = Math.floor(column * wide); x < Math.min(shape.width, (column + 1) * wide); x++) {
          const coveredX = Math.min(x + 1, (column + 1) * wide) - Math.max(x, column * wide);
          sum += coveredY * coveredX * image[start + y * shape.width + x]!;
        }
      }
      small[row * columns + column] = sum / (tall * wide);
    }
  }
  return small;
}
