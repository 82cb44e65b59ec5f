import { type Corruption, shorterSide, toByte } from './corruption.ts';
import { gaussianKernel, smooth } from './smooth.ts';

export const blur: Corruption = {
  title: 'Blur',
  description: 'Out of focus: a Gaussian blur.',
  source:
    'Hendrycks & Dietterich 2019 (ImageNet-C, validation corruptions); levels rescaled to the side, since their 6 pixels erase a digit',
  parameter: 'standard deviation, as a share of the shorter side',
  levels: [0.02, 0.03, 0.042, 0.06, 0.08],
  apply(image, shape, level, _random, target) {
    const kernel = gaussianKernel(level * shorterSide(shape));
    const size = shape.height * shape.width;
    const plane = new Float64Array(size);
    for (let channel = 0; channel < shape.channels; channel++) {
      plane.set(image.subarray(channel * size, (channel + 1) * size));
      smooth(plane, shape.height, shape.width, kernel);
      for (let i = 0; i < size; i++) target[channel * size + i] = toByte(plane[i]!);
    }
  },
};
