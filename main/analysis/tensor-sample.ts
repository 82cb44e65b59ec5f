import { innerProducts } from './kernels/inner-products.ts';

/** Largest number of rows and of columns that a sample takes from a tensor. */
const SAMPLE_SIDE = 96;

/** Rows are compared with rows of the same part: a fused tensor holds three or four, one after the other. */
const MOST_PARTS = 12;
const FEWEST_ROWS_OF_A_PART = 8;

/**
 * Rows and columns, evenly spaced, of a tensor seen as a matrix: the first dimension (output units) by all others. Both
 * numbers of samples are at most `SAMPLE_SIDE`.
 */
export interface SampleLayout {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Elements in a row of the whole tensor. */
  readonly rowLength: number;
  /** Consecutive equal parts of the rows that are centred apart. */
  readonly parts: number;
}

/** A tensor's sample, centred, and what of it is needed to judge how much chance there is in a product of two. */
export interface CentredSample {
  /** Row-major, [rows, columns]; each column's mean over each part, and each row's mean, are zero. */
  readonly values: Float64Array;
  readonly squaredNorm: number;
  /** values · valuesᵀ, [rows, rows] */
  readonly rowProducts: Float64Array;
  /** valuesᵀ · values, [columns, columns] */
  readonly columnProducts: Float64Array;
}

/** Undefined for tensors that are no matrices: a dimension of one, or only one dimension. */
export function sampleLayout(shape: readonly number[]): SampleLayout | undefined {
  const [height = 0, ...others] = shape;
  const rowLength = others.reduce((product, extent) => product * extent, 1);
  if (shape.length < 2 || height < 2 || rowLength < 2) return undefined;
  const parts = partsOf(height);
  const sampled = Math.min(height, SAMPLE_SIDE);
  return {
    rows: evenlySpaced(height, sampled - (sampled % parts)),
    columns: evenlySpaced(rowLength, Math.min(rowLength, SAMPLE_SIDE)),
    rowLength,
    parts,
  };
}

/** Twelve parts hold the boundaries of three and of four: those of fused attention projections, of GRUs and of LSTMs. */
function partsOf(height: number): number {
  for (const parts of [MOST_PARTS, 4, 3]) {
    if (height % parts === 0 && Math.min(height, SAMPLE_SIDE) / parts >= FEWEST_ROWS_OF_A_PART) return parts;
  }
  return 1;
}

function evenlySpaced(extent: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index * extent) / count));
}

/** Gathers a sample out of a tensor's elements as they stream by. */
export class SampleGatherer {
  readonly values: Float64Array;
  readonly #layout: SampleLayout;
  #taken = 0;

  constructor(layout: SampleLayout) {
    this.#layout = layout;
    this.values = new Float64Array(layout.rows.length * layout.columns.length);
  }

  /** @param elements the tensor's elements from index `start` on, the next after those seen before */
  add(start: number, elements: Float32Array | Float64Array): void {
    const { rows, columns, rowLength } = this.#layout;
    const end = start + elements.length;
    while (this.#taken < this.values.length) {
      const row = rows[Math.floor(this.#taken / columns.length)]!;
      const index = row * rowLength + columns[this.#taken % columns.length]!;
      if (index >= end) return;
      this.values[this.#taken] = elements[index - start]!;
      this.#taken += 1;
    }
  }
}

/** Centres a sample in place and multiplies it with itself. */
export function centreSample(values: Float64Array, layout: SampleLayout): CentredSample {
  const height = layout.rows.length;
  const width = layout.columns.length;
  const partHeight = height / layout.parts;
  for (let part = 0; part < layout.parts; part += 1) centreColumns(values, width, part * partHeight, partHeight);
  centreRows(values, width);
  let squaredNorm = 0;
  for (const value of values) squaredNorm += value * value;
  return {
    values,
    squaredNorm,
    rowProducts: selfProduct(values, height, width),
    columnProducts: selfProduct(transposed(values, height, width), width, height),
  };
}

function centreColumns(values: Float64Array, width: number, firstRow: number, rows: number): void {
  for (let column = 0; column < width; column += 1) {
    let sum = 0;
    for (let row = firstRow; row < firstRow + rows; row += 1) sum += values[row * width + column]!;
    const mean = sum / rows;
    for (let row = firstRow; row < firstRow + rows; row += 1) values[row * width + column]! -= mean;
  }
}

function centreRows(values: Float64Array, width: number): void {
  for (let start = 0; start < values.length; start += width) {
    let sum = 0;
    for (let at = start; at < start + width; at += 1) sum += values[at]!;
    const mean = sum / width;
    for (let at = start; at < start + width; at += 1) values[at]! -= mean;
  }
}

function transposed(values: Float64Array, height: number, width: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) result[column * height + row] = values[row * width + column]!;
  }
  return result;
}

/** matrix · matrixᵀ */
function selfProduct(matrix: Float64Array, height: number, width: number): Float64Array {
  const rows = Array.from({ length: height }, (_, row) => matrix.subarray(row * width, (row + 1) * width));
  const result = innerProducts(rows, width).slice();
  for (let a = 0; a < height; a += 1) {
    for (let b = 0; b < a; b += 1) result[b * height + a] = result[a * height + b]!;
  }
  return result;
}

/** How two samples of the same layout agree. */
export interface Agreement {
  /** Cosine of the centred samples. */
  readonly cosine: number;
  /** The cosine in standard deviations of what chance gives. */
  readonly z: number;
  /** What z would be at a cosine of one: how much these tensors can tell. */
  readonly reach: number;
}

/**
 * The cosine of two centred samples against what chance gives.
 *
 * Under independent initialisation the hidden units have no common order: permuting one network's rows (or columns) gives an
 * equally likely network. Over all such permutations of centred matrices the mean of the inner product ⟨A, B⟩ is zero and its
 * variance is ‖A Bᵀ‖² / (rows − 1) for rows and ‖Aᵀ B‖² / (columns − 1) for columns (Hoeffding, "A combinatorial central
 * limit theorem", 1951). For white noise both are ‖A‖²‖B‖²/n, so that z is cosine · √n; for tensors whose elements go together
 * (smooth filters, few strong directions) they are larger, and z smaller. Which of the two orders has no meaning depends on the
 * layer (an embedding's rows have one, a classifier's too), so the larger deviation counts.
 *
 * ‖A Bᵀ‖² = ⟨AᵀA, BᵀB⟩ comes from products that each tensor has with itself: no matrix product for a pair.
 * @returns undefined when one of them is constant
 */
export function agreementOf(a: CentredSample, b: CentredSample, layout: SampleLayout): Agreement | undefined {
  const norms = Math.sqrt(a.squaredNorm * b.squaredNorm);
  if (!(norms > 0)) return undefined;
  const cosine = Math.max(-1, Math.min(1, inner(a.values, b.values) / norms));
  const byRows = Math.sqrt(inner(a.columnProducts, b.columnProducts) / (layout.rows.length - layout.parts));
  const byColumns = Math.sqrt(inner(a.rowProducts, b.rowProducts) / (layout.columns.length - 1));
  const deviation = Math.max(byRows, byColumns) / norms;
  return { cosine, z: cosine / deviation, reach: 1 / deviation };
}

/** Four sums side by side, so that an addition need not wait for the one before. */
function inner(a: Float64Array, b: Float64Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = 0;
  for (; at + 3 < a.length; at += 4) {
    first += a[at]! * b[at]!;
    second += a[at + 1]! * b[at + 1]!;
    third += a[at + 2]! * b[at + 2]!;
    fourth += a[at + 3]! * b[at + 3]!;
  }
  for (; at < a.length; at += 1) first += a[at]! * b[at]!;
  return first + second + (third + fourth);
}
