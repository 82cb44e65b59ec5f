import { type Corruption, toByte } from './corruption.ts';

export const brightness: Corruption = {
  title: 'Brightness',
  description: 'Too much light: the brightest of the colour values grows, hue and saturation stay.',
  source: 'Hendrycks & Dietterich 2019 (ImageNet-C), section 4.1; the same levels in Mu & Gilmer 2019 (MNIST-C)',
  parameter: 'added to the HSV value, 0 … 1',
  levels: [0.1, 0.2, 0.3, 0.4, 0.5],
  apply(image, shape, level, _random, target) {
    const size = shape.height * shape.width;
    const added = 255 * level;
    for (let i = 0; i < size; i++) {
      let value = 0;
      for (let at = i; at < image.length; at += size) value = Math.max(value, image[at]!);
      const raised = Math.min(255, value + added);
      // Black has no hue: it becomes grey.
      for (let at = i; at < image.length; at += size)
        target[at] = toByte(value === 0 ? raised : (image[at]! * raised) / value);
    }
  },
};
