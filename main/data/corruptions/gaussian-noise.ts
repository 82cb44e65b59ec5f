import { type Corruption, toByte } from './corruption.ts';

export const gaussianNoise: Corruption = {
  title: 'Gaussian noise',
  description: 'Independent normal noise on every value, as a sensor shows in low light.',
  source: 'Hendrycks & Dietterich 2019 (ImageNet-C), section 4.1 and its published levels',
  parameter: 'standard deviation, of values 0 … 1',
  levels: [0.08, 0.12, 0.18, 0.26, 0.38],
  apply(image, _shape, level, random, target) {
    for (let i = 0; i < image.length; i++) target[i] = toByte(image[i]! + 255 * level * random.normal());
  },
};
