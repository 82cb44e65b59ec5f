import type { Corruption } from './corruption.ts';

export const impulseNoise: Corruption = {
  title: 'Impulse noise',
  description: 'Salt and pepper: single values turn black or white, as bit errors do.',
  source: 'Hendrycks & Dietterich 2019 (ImageNet-C), section 4.1; the same levels in Mu & Gilmer 2019 (MNIST-C)',
  parameter: 'share of values replaced',
  levels: [0.03, 0.06, 0.09, 0.17, 0.27],
  apply(image, _shape, level, random, target) {
    for (let i = 0; i < image.length; i++) {
      const replaced = random.uniform() < level;
      const white = random.uniform() < 0.5;
      target[i] = replaced ? (white ? 255 : 0) : image[i]!;
    }
  },
};
