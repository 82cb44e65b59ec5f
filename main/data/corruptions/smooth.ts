/** Weights of a normalised Gaussian over the offsets −radius … radius; the radius is three standard deviations. */
export function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
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
  const padded = new Float64Array(Math.max(height, width) + kernel.length - 1);
  for (let y = 0; y < height; y++) smoothLine(plane, y * width, 1, width, kernel, padded);
  for (let x = 0; x < width; x++) smoothLine(plane, x, width, height, kernel, padded);
}

function smoothLine(
  plane: Float64Array,
  start: number,
  stride: number,
  length: number,
  kernel: Float64Array,
  padded: Float64Array,
): void {
  const radius = (kernel.length - 1) / 2;
  padded.fill(plane[start]!, 0, radius);
  for (let i = 0; i < length; i++) padded[radius + i] = plane[start + i * stride]!;
  padded.fill(plane[start + (length - 1) * stride]!, radius + length, length + 2 * radius);
  const middle = kernel[radius]!;
  for (let i = 0; i < length; i++) {
    const center = i + radius;
    let sum = middle * padded[center]!;
    // The kernel is symmetric.
    for (let k = 1; k <= radius; k++) sum += kernel[radius - k]! * (padded[center - k]! + padded[center + k]!);
    plane[start + i * stride] = sum;
  }
}
