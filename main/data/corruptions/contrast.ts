import { type Corruption, toByte } from './corruption.ts';

export const contrast: Corruption = {
  title: 'Contrast',
  description: "Low contrast: every value moves towards its channel's mean.",
  source: 'Hendrycks & Dietterich 2019 (ImageNet-C), section 4.1; the same levels in Mu & Gilmer 2019 (MNIST-C)',
  parameter: 'factor left of the distance from the mean',
  levels: [0.4, 0.3, 0.2, 0.1, 0.05],
  apply(image, shape, level, _random, target) {
    const size = shape.height * shape.width;
    for (let channel = 0; channel < shape.channels; channel++) {
      const start = channel * size;
      let sum = 0;
      for (let i = start; i < start + size; i++) sum += image[i]!;
      const mean = sum / size;
      for (let i = start; i < start + size; i++) target[i] = toByte(mean + level * (image[i]! - mean));
    }
  },
};
