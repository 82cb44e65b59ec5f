type Numbers = Float32Array | Float64Array;

/** Elements whose products are taken at a time: the blocks of a dozen checkpoints stay in the processor's cache. */
const BLOCK = 2048;

/** Sums over a tensor of N checkpoints that stream by together: all sums and inner products, in double precision. */
export class PairSums {
  readonly #count: number;
  readonly #sums: Float64Array;
  readonly #products: Float64Array;
  readonly #identical: Uint8Array;
  readonly #blocks: readonly Float64Array[];
  readonly #four = new Float64Array(4);
  #elements = 0;

  constructor(count: number) {
    this.#count = count;
    this.#sums = new Float64Array(count);
    this.#products = new Float64Array(count * count);
    this.#identical = new Uint8Array(count * count).fill(1);
    this.#blocks = Array.from({ length: count }, () => new Float64Array(BLOCK));
  }

  /** @param chunks the same elements of each checkpoint's tensor, in the order of the checkpoints */
  add(chunks: readonly Numbers[]): void {
    const length = chunks[0]!.length;
    for (let start = 0; start < length; start += BLOCK) this.#addBlock(chunks, start, Math.min(length, start + BLOCK));
    for (let a = 0; a < this.#count; a += 1) {
      for (let b = 0; b < a; b += 1) {
        const at = a * this.#count + b;
        if (this.#identical[at] === 1 && !sameNumbers(chunks[a]!, chunks[b]!)) this.#identical[at] = 0;
      }
    }
    this.#elements += length;
  }

  /** Widens each block once, not once for each partner; then takes two by two checkpoints, so that a number read serves twice. */
  #addBlock(chunks: readonly Numbers[], start: number, end: number): void {
    const count = this.#count;
    const length = end - start;
    for (const [index, chunk] of chunks.entries()) {
      this.#blocks[index]!.set(chunk.subarray(start, end));
      this.#sums[index]! += sumOf(this.#blocks[index]!, length);
    }
    for (let a = 0; a < count; a += 2) {
      const nextA = Math.min(a + 1, count - 1);
      for (let b = 0; b <= a; b += 2) {
        const nextB = Math.min(b + 1, count - 1);
        productsOf(this.#blocks[a]!, this.#blocks[nextA]!, this.#blocks[b]!, this.#blocks[nextB]!, length, this.#four);
        this.#products[a * count + b]! += this.#four[0]!;
        if (nextB !== b) this.#products[a * count + nextB]! += this.#four[1]!;
        if (nextA !== a) this.#products[nextA * count + b]! += this.#four[2]!;
        if (nextA !== a && nextB !== b) this.#products[nextA * count + nextB]! += this.#four[3]!;
      }
    }
  }

  sum(index: number): number {
    return this.#sums[index]!;
  }

  squares(index: number): number {
    return this.#products[index * this.#count + index]!;
  }

  /** True when every element of the two is the same number; types may differ. */
  identical(a: number, b: number): boolean {
    return this.#identical[Math.max(a, b) * this.#count + Math.min(a, b)] === 1 && this.#elements > 0;
  }

  /** ⟨a, b⟩ / (‖a‖ ‖b‖), as it is, not centred; undefined when one is all zero or has elements that are not finite. */
  cosine(a: number, b: number): number | undefined {
    const product = this.#products[Math.max(a, b) * this.#count + Math.min(a, b)]!;
    const norms = Math.sqrt(this.squares(a)) * Math.sqrt(this.squares(b));
    if (norms === 0 || !Number.isFinite(norms)) return undefined;
    return Math.max(-1, Math.min(1, product / norms));
  }
}

function sumOf(numbers: Float64Array, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at += 1) sum += numbers[at]!;
  return sum;
}

/** ⟨a, b⟩, ⟨a, d⟩, ⟨c, b⟩ and ⟨c, d⟩: four sums side by side, so that an addition need not wait for the one before. */
function productsOf(
  a: Float64Array,
  c: Float64Array,
  b: Float64Array,
  d: Float64Array,
  length: number,
  result: Float64Array,
): void {
  let ab = 0;
  let ad = 0;
  let cb = 0;
  let cd = 0;
  for (let at = 0; at < length; at += 1) {
    const fromA = a[at]!;
    const fromC = c[at]!;
    const fromB = b[at]!;
    const fromD = d[at]!;
    ab += fromA * fromB;
    ad += fromA * fromD;
    cb += fromC * fromB;
    cd += fromC * fromD;
  }
  result[0] = ab;
  result[1] = ad;
  result[2] = cb;
  result[3] = cd;
}

function sameNumbers(a: Numbers, b: Numbers): boolean {
  for (let at = 0; at < a.length; at += 1) if (!Object.is(a[at], b[at])) return false;
  return true;
}
