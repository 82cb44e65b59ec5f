import type { Corruption } from './corruption.ts';
import { resample } from './resample.ts';

export const rotation: Corruption = {
  title: 'Rotation',
  description: 'Turned about the centre, either way at random; black where nothing was.',
  source: 'Mu & Gilmer 2019 (MNIST-C), "rotate", with its published levels',
  parameter: 'angle in radians',
  levels: [0.2, 0.4, 0.6, 0.8, 1],
  apply(image, shape, level, random, target) {
    const angle = random.uniform() < 0.5 ? -level : level;
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    const middleY = (shape.height - 1) / 2;
    const middleX = (shape.width - 1) / 2;
    const size = shape.height * shape.width;
    const map = { y: new Float64Array(size), x: new Float64Array(size) };
    for (let i = 0; i < size; i++) {
      const y = Math.floor(i / shape.width) - middleY;
      const x = (i % shape.width) - middleX;
      map.y[i] = middleY + cosine * y - sine * x;
      map.x[i] = middleX + sine * y + cosine * x;
    }
    resample(image, shape, map, target);
  },
};
