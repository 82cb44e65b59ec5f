/** Frequencies kept along each axis; the lowest of 8 × 8 are what perceptual hashes use too. */
const SIDE = 8;

/** One frequency (down, across) after the other, the lowest first; without (0, 0), which standardising has made zero. */
const ORDER = Array.from({ length: SIDE * SIDE }, (_, i) => [Math.floor(i / SIDE), i % SIDE] as const)
  .filter(([down, across]) => down + across > 0)
  .sort(([a, b], [c, d]) => a + b - c - d || a - c);

/** Numbers of one signature. */
export const SIGNATURE_LENGTH = ORDER.length;

/** Images are also held against each other moved by one pixel in every direction. The first is the image as it is. */
export const SHIFTS: readonly (readonly [down: number, across: number])[] = [
  [0, 0],
  ...[-1, 0, 1]
    .flatMap((down) => [-1, 0, 1].map((across) => [down, across] as const))
    .filter(([a, b]) => a !== 0 || b !== 0),
];

/**
 * Low frequencies of standardised images (mean 0, length 1: no matter how bright or how rich in contrast). The channels' average
 * and the discrete cosine transform are orthonormal, so that two signatures are never further apart than their images: what is
 * far by its signature need not be looked at.
 *
 * Source: the transform and the choice of the lowest 8 × 8 as in pHash (C. Zauner, "Implementation and Benchmarking of Perceptual
 * Image Hash Functions", 2010, section 3.2.1); here the numbers are kept instead of their signs, which makes the bound exact.
 */
export class Signer {
  readonly #channels: number;
  readonly #height: number;
  readonly #width: number;
  readonly #down: Float64Array;
  readonly #across: Float64Array;
  /** Of one column shift: each row's frequencies across, its sum and its sum of squares over all channels. */
  readonly #rows: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #merged: Float64Array;

  /** @param shape [channels, height, width] */
  constructor([channels = 1, height = 1, width = 1]: readonly number[]) {
    this.#channels = channels;
    this.#height = height;
    this.#width = width;
    this.#down = cosines(height);
    this.#across = cosines(width);
    this.#rows = new Float64Array(height * SIDE);
    this.#sums = new Float64Array(height);
    this.#squares = new Float64Array(height);
    this.#merged = new Float64Array(width);
  }

  /**
   * Writes an image's signature for each of the first `shifts` shifts into `target`, one after the other.
   * @param bytes U8 [channels, height, width]
   * @returns false for an image of one brightness, which has nothing to compare
   */
  sign(bytes: Uint8Array, shifts: number, target: Float32Array, at = 0): boolean {
    let known: number | undefined;
    let isPlain = false;
    for (const across of [0, -1, 1]) {
      for (let i = 0; i < shifts; i++) {
        if (SHIFTS[i]![1] !== across) continue;
        if (known !== across) this.#transformRows(bytes, across);
        known = across;
        isPlain = !this.#finish(SHIFTS[i]![0], target, at + i * SIGNATURE_LENGTH) || isPlain;
      }
    }
    return !isPlain;
  }

  #transformRows(bytes: Uint8Array, shift: number): void {
    const [channels, height, width] = [this.#channels, this.#height, this.#width];
    const [across, rows, merged] = [this.#across, this.#rows, this.#merged];
    const scale = 1 / Math.sqrt(channels);
    for (let y = 0; y < height; y++) {
      let sum = 0;
      let squares = 0;
      merged.fill(0);
      for (let channel = 0; channel < channels; channel++) {
        const start = (channel * height + y) * width;
        for (let x = 0; x < width; x++) {
          const value = bytes[start + clamped(x + shift, width)]!;
          sum += value;
          squares += value * value;
          merged[x] = merged[x]! + value;
        }
      }
      this.#sums[y] = sum;
      this.#squares[y] = squares;
      for (let k = 0; k < SIDE; k++) {
        let total = 0;
        for (let x = 0; x < width; x++) total += across[k * width + x]! * merged[x]!;
        rows[y * SIDE + k] = total * scale;
      }
    }
  }

  #finish(shift: number, target: Float32Array, at: number): boolean {
    const [height, down, rows] = [this.#height, this.#down, this.#rows];
    const count = this.#channels * height * this.#width;
    let sum = 0;
    let squares = 0;
    for (let y = 0; y < height; y++) {
      sum += this.#sums[clamped(y + shift, height)]!;
      squares += this.#squares[clamped(y + shift, height)]!;
    }
    const length = Math.sqrt(squares - (sum * sum) / count);
    if (!(length > 0)) return false;
    for (const [i, [frequency, across]] of ORDER.entries()) {
      let total = 0;
      for (let y = 0; y < height; y++) {
        total += down[frequency * height + y]! * rows[clamped(y + shift, height) * SIDE + across]!;
      }
      target[at + i] = total / length;
    }
    return true;
  }
}

/**
 * The correlation of two images, of which the second is moved (−1 … 1).
 * @param length of one image; both U8 [channels, height, width]
 */
export function correlation(
  first: Uint8Array,
  second: Uint8Array,
  [channels = 1, height = 1, width = 1]: readonly number[],
  [down, across]: readonly [number, number],
): number {
  const count = channels * height * width;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const row = (channel * height + y) * width;
      const moved = (channel * height + clamped(y + down, height)) * width;
      for (let x = 0; x < width; x++) {
        const a = first[row + x]!;
        const b = second[moved + clamped(x + across, width)]!;
        sumA += a;
        sumB += b;
        squaresA += a * a;
        squaresB += b * b;
        products += a * b;
      }
    }
  }
  const spread = Math.sqrt((squaresA - (sumA * sumA) / count) * (squaresB - (sumB * sumB) / count));
  return (products - (sumA * sumB) / count) / spread;
}

/** Beyond an edge, the edge goes on. */
function clamped(at: number, extent: number): number {
  return at < 0 ? 0 : at >= extent ? extent - 1 : at;
}

/** The first rows of the orthonormal cosine transform (DCT-II) of so many values; zero where there are not as many. */
function cosines(extent: number): Float64Array {
  const matrix = new Float64Array(SIDE * extent);
  for (let k = 0; k < Math.min(SIDE, extent); k++) {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / extent);
    for (let i = 0; i < extent; i++)
      matrix[k * extent + i] = scale * Math.cos((Math.PI * (2 * i + 1) * k) / (2 * extent));
  }
  return matrix;
}
