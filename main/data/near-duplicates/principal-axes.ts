/** Vectors that the axes are found from; more would not turn them much. */
const MOST_VECTORS = 4000;
const SWEEPS = 12;
/** Vectors between two pauses. */
const CHUNK = 200;

/**
 * Orthonormal axes, those along which the vectors spread most first, as rows F64 [length, length]. Found from evenly picked
 * vectors, with pauses: whichever axes come out, distances along them are never longer than the real ones.
 *
 * Source: principal components of the covariance by cyclic Jacobi rotations (Golub and Van Loan, "Matrix Computations", 4th
 * edition, section 8.5).
 * @param vectors F32 [count, length]
 */
export function* principalAxes(vectors: Float32Array, length: number): Generator<undefined, Float64Array> {
  const matrix = yield* covariance(vectors, length);
  const axes = new Float64Array(length * length);
  for (let i = 0; i < length; i++) axes[i * length + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    yield;
    for (let p = 0; p < length - 1; p++) for (let q = p + 1; q < length; q++) rotate(matrix, axes, length, p, q);
  }
  const order = Array.from({ length }, (_, i) => i).sort((a, b) => matrix[b * length + b]! - matrix[a * length + a]!);
  const sorted = new Float64Array(length * length);
  for (const [to, from] of order.entries()) {
    sorted.set(axes.subarray(from * length, (from + 1) * length), to * length);
  }
  return sorted;
}

function* covariance(vectors: Float32Array, length: number): Generator<undefined, Float64Array> {
  const count = vectors.length / length;
  const step = Math.max(1, Math.floor(count / MOST_VECTORS));
  const mean = new Float64Array(length);
  const sums = new Float64Array(length * length);
  let used = 0;
  for (let row = 0; row < count; row += step, used++) {
    if (used % CHUNK === 0) yield;
    const start = row * length;
    for (let i = 0; i < length; i++) {
      const value = vectors[start + i]!;
      mean[i] = mean[i]! + value;
      for (let j = 0; j <= i; j++) sums[i * length + j] = sums[i * length + j]! + value * vectors[start + j]!;
    }
  }
  for (let i = 0; i < length; i++) {
    for (let j = 0; j <= i; j++) {
      const value = sums[i * length + j]! / used - (mean[i]! / used) * (mean[j]! / used);
      sums[i * length + j] = value;
      sums[j * length + i] = value;
    }
  }
  return sums;
}

/** Turns the plane of two axes so that nothing of the covariance is left between them. */
function rotate(matrix: Float64Array, axes: Float64Array, length: number, p: number, q: number): void {
  const between = matrix[p * length + q]!;
  if (between === 0) return;
  const ratio = (matrix[q * length + q]! - matrix[p * length + p]!) / (2 * between);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let k = 0; k < length; k++) turn(matrix, k * length + p, k * length + q, cosine, sine);
  for (let k = 0; k < length; k++) turn(matrix, p * length + k, q * length + k, cosine, sine);
  for (let k = 0; k < length; k++) turn(axes, p * length + k, q * length + k, cosine, sine);
}

function turn(values: Float64Array, p: number, q: number, cosine: number, sine: number): void {
  const [first, second] = [values[p]!, values[q]!];
  values[p] = cosine * first - sine * second;
  values[q] = sine * first + cosine * second;
}
