import { type Corruption, shorterSide } from './corruption.ts';

export const translation: Corruption = {
  title: 'Translation',
  description: 'Shifted diagonally by whole pixels, each axis either way at random; black where nothing was.',
  source: 'Mu & Gilmer 2019 (MNIST-C), "translate": 1 … 5 of 28 pixels, here as shares of the side',
  parameter: 'shift of each axis, as a share of the shorter side (at least one pixel)',
  levels: [1 / 28, 2 / 28, 3 / 28, 4 / 28, 5 / 28],
  apply(image, shape, level, random, target) {
    const distance = Math.max(1, Math.round(level * shorterSide(shape)));
    const down = random.uniform() < 0.5 ? -distance : distance;
    const right = random.uniform() < 0.5 ? -distance : distance;
    target.fill(0);
    for (let channel = 0; channel < shape.channels; channel++) {
      for (let y = Math.max(0, down); y < Math.min(shape.height, shape.height + down); y++) {
        for (let x = Math.max(0, right); x < Math.min(shape.width, shape.width + right); x++) {
          const plane = channel * shape.height;
          target[(plane + y) * shape.width + x] = image[(plane + y - down) * shape.width + x - right]!;
        }
      }
    }
  },
};
