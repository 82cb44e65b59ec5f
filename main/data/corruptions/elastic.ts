import type { Random } from '../../random.ts';
import { type Corruption, shorterSide } from './corruption.ts';
import { resample } from './resample.ts';
import { gaussianKernel, smooth } from './smooth.ts';

/** Smoothness of the displacements as a share of the shorter side: 4 of 28 pixels. */
const SMOOTHNESS = 1 / 7;

export const elastic: Corruption = {
  title: 'Elastic',
  description: 'Pulled and squeezed smoothly, as handwriting on rubber.',
  source:
    'Simard, Steinkraus & Platt 2003, section 3, whose own setting is severity 3; part of ImageNet-C (Hendrycks & Dietterich 2019) with other levels',
  parameter: 'standard deviation of the displacement of each axis, as a share of the shorter side',
  levels: [0.02, 0.035, 0.05, 0.065, 0.08],
  apply(image, shape, level, random, target) {
    const side = shorterSide(shape);
    const sigma = SMOOTHNESS * side;
    // Smoothing divides the standard deviation of independent values by 2 √π σ; that of uniform ones in −1 … 1 is 1/√3.
    const scale = level * side * 2 * Math.sqrt(Math.PI) * sigma * Math.sqrt(3);
    const kernel = gaussianKernel(sigma);
    const y = displacements(shape.height, shape.width, kernel, random);
    const x = displacements(shape.height, shape.width, kernel, random);
    for (let i = 0; i < y.length; i++) {
      y[i] = Math.floor(i / shape.width) + scale * y[i]!;
      x[i] = (i % shape.width) + scale * x[i]!;
    }
    resample(image, shape, { y, x }, target);
  },
};

function displacements(height: number, width: number, kernel: Float64Array, random: Random): Float64Array {
  const field = Float64Array.from({ length: height * width }, () => random.between(-1, 1));
  smooth(field, height, width, kernel);
  return field;
}
