import { principalAxes } from './principal-axes.ts';
import { SIGNATURE_LENGTH } from './signature.ts';

/** Axes along which distances are measured; what they leave out only lets a few more through to be looked at closely. */
const AXES = 24;
/** Signatures that are compared one by one rather than parted further. */
const LEAF = 24;
/** Signatures between two pauses. */
const CHUNK = 500;

/**
 * Finds what is near a signature without looking at all of them: a k-d tree over their principal axes.
 *
 * Source: J. L. Bentley, "Multidimensional binary search trees used for associative searching", 1975; parts are left out by the
 * distance summed over axes as in S. Arya and D. Mount, "Algorithms for fast vector quantization", 1993, section 3.
 */
export class SignatureIndex {
  readonly #axes: Float64Array;
  /** In the tree's order: F32 [count, AXES], and the row of each. */
  readonly #vectors: Float32Array;
  readonly #rows: Int32Array;
  /** By place of the upper half's begin: the axis that was cut, and the values beside the cut. */
  readonly #cutAxis: Uint8Array;
  readonly #below: Float32Array;
  readonly #above: Float32Array;
  readonly #query = new Float64Array(AXES);
  readonly #offsets = new Float64Array(AXES);

  private constructor(axes: Float64Array, count: number) {
    this.#axes = axes;
    this.#vectors = new Float32Array(count * AXES);
    this.#rows = new Int32Array(count);
    this.#cutAxis = new Uint8Array(count);
    this.#below = new Float32Array(count);
    this.#above = new Float32Array(count);
  }

  /**
   * Pauses often.
   * @param vectors F32 [rows.length, SIGNATURE_LENGTH]
   */
  static *of(vectors: Float32Array, rows: Int32Array): Generator<undefined, SignatureIndex> {
    const index = new SignatureIndex(yield* principalAxes(vectors, SIGNATURE_LENGTH), rows.length);
    const turned = new Float32Array(rows.length * AXES);
    for (let i = 0; i < rows.length; i++) {
      index.#turn(vectors, i * SIGNATURE_LENGTH);
      turned.set(index.#query, i * AXES);
      if (i % CHUNK === 0) yield;
    }
    const order = Int32Array.from(rows.keys());
    yield* index.#part(turned, order, 0, rows.length);
    for (const [place, i] of order.entries()) {
      index.#rows[place] = rows[i]!;
      index.#vectors.set(turned.subarray(i * AXES, (i + 1) * AXES), place * AXES);
    }
    return index;
  }

  /** Rows of the signatures that may be within `radius` of the one at `at`, and of all that are. */
  near(signatures: Float32Array, at: number, radius: number): readonly number[] {
    const found: number[] = [];
    this.#turn(signatures, at);
    this.#offsets.fill(0);
    this.#search(0, this.#rows.length, 0, radius * radius, found);
    return found;
  }

  #turn(signatures: Float32Array, at: number): void {
    for (let axis = 0; axis < AXES; axis++) {
      const start = axis * SIGNATURE_LENGTH;
      let total = 0;
      for (let i = 0; i < SIGNATURE_LENGTH; i++) total += this.#axes[start + i]! * signatures[at + i]!;
      this.#query[axis] = total;
    }
  }

  *#part(turned: Float32Array, order: Int32Array, from: number, to: number): Generator<undefined> {
    if (to - from <= LEAF) return;
    yield;
    const axis = widestAxis(turned, order, from, to);
    order.subarray(from, to).sort((a, b) => turned[a * AXES + axis]! - turned[b * AXES + axis]!);
    const middle = (from + to) >>> 1;
    this.#cutAxis[middle] = axis;
    this.#below[middle] = turned[order[middle - 1]! * AXES + axis]!;
    this.#above[middle] = turned[order[middle]! * AXES + axis]!;
    yield* this.#part(turned, order, from, middle);
    yield* this.#part(turned, order, middle, to);
  }

  /** @param distance squared, at least so far away is everything in this part */
  #search(from: number, to: number, distance: number, most: number, found: number[]): void {
    if (to - from <= LEAF) {
      this.#scan(from, to, most, found);
      return;
    }
    const middle = (from + to) >>> 1;
    const axis = this.#cutAxis[middle]!;
    const value = this.#query[axis]!;
    const before = this.#offsets[axis]!;
    const toLower = Math.max(before, value - this.#below[middle]!);
    const lower = distance - before * before + toLower * toLower;
    if (lower <= most) {
      this.#offsets[axis] = toLower;
      this.#search(from, middle, lower, most, found);
    }
    const toUpper = Math.max(before, this.#above[middle]! - value);
    const upper = distance - before * before + toUpper * toUpper;
    if (upper <= most) {
      this.#offsets[axis] = toUpper;
      this.#search(middle, to, upper, most, found);
    }
    this.#offsets[axis] = before;
  }

  #scan(from: number, to: number, most: number, found: number[]): void {
    for (let place = from; place < to; place++) {
      let distance = 0;
      for (let axis = 0; axis < AXES && distance <= most; axis++) {
        const difference = this.#vectors[place * AXES + axis]! - this.#query[axis]!;
        distance += difference * difference;
      }
      if (distance <= most) found.push(this.#rows[place]!);
    }
  }
}

function widestAxis(turned: Float32Array, order: Int32Array, from: number, to: number): number {
  let widest = 0;
  let most = -1;
  for (let axis = 0; axis < AXES; axis++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = from; i < to; i++) {
      const value = turned[order[i]! * AXES + axis]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low > most) [widest, most] = [axis, high - low];
  }
  return widest;
}
