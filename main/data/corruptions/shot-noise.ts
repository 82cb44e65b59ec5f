import { type Corruption, toByte } from './corruption.ts';
import { poisson } from './poisson.ts';

export const shotNoise: Corruption = {
  title: 'Shot noise',
  description: 'Poisson noise: the fewer photons are counted, the coarser the image. Black stays black.',
  source: 'Hendrycks & Dietterich 2019 (ImageNet-C), section 4.1; the same levels in Mu & Gilmer 2019 (MNIST-C)',
  parameter: 'photons counted at full brightness',
  levels: [60, 25, 12, 5, 3],
  apply(image, _shape, level, random, target) {
    for (let i = 0; i < image.length; i++) {
      target[i] = toByte((255 * poisson((image[i]! / 255) * level, random)) / level);
    }
  },
};
