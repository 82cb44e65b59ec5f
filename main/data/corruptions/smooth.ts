/** Weights of a normalised Gaussian over the offsets −radius … radius; the radius is four standard deviations. */
export function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(4 * sigma));
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/**
 * Convolves a plane [height, width] with `kernel` along both axes; beyond an edge its last value goes on.
 * @param plane overwritten with the result
 */
export function smooth(plane: Float64Array, height: number, width: number, kernel: Float64Array): void {
  const line = new Float64Array(Math.max(height, width));
  for (let y = 0; y < height; y++) smoothLine(plane, y * width, 1, width, kernel, line);
  for (let x = 0; x < width; x++) smoothLine(plane, x, width, height, kernel, line);
}

function smoothLine(
  plane: Float64Array,
  start: number,
  stride: number,
  length: number,
  kernel: Float64Array,
  line: Float64Array,
): void {
  const radius = (kernel.length - 1) / 2;
  for (let i = 0; i < length; i++) line[i] = plane[start + i * stride]!;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) {
      const at = i + k - radius;
      sum += kernel[k]! * line[at < 0 ? 0 : at >= length ? length - 1 : at]!;
    }
    plane[start + i * stride] = sum;
  }
}
