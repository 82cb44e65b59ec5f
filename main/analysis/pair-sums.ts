import { innerProducts } from './kernels/inner-products.ts';

type Numbers = Float32Array | Float64Array;

/** Elements whose products are taken at a time: the blocks of a dozen checkpoints stay in the processor's cache. */
const BLOCK = 2048;

/** Sums over a tensor of N checkpoints that stream by together: all inner products, in double precision. */
export class PairSums {
  readonly #count: number;
  readonly #products: Float64Array;
  readonly #identical: Uint8Array;
  #elements = 0;

  constructor(count: number) {
    this.#count = count;
    this.#products = new Float64Array(count * count);
    this.#identical = new Uint8Array(count * count).fill(1);
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

  #addBlock(chunks: readonly Numbers[], start: number, end: number): void {
    const blocks = chunks.map((chunk) => chunk.subarray(start, end));
    const products = innerProducts(blocks, end - start);
    for (let at = 0; at < products.length; at += 1) this.#products[at]! += products[at]!;
  }

  squares(index: number): number {
    return this.product(index, index);
  }

  /** ⟨a, b⟩; the sum of squares where they are the same. */
  product(a: number, b: number): number {
    return this.#products[Math.max(a, b) * this.#count + Math.min(a, b)]!;
  }

  /** True when every element of the two is the same number; types may differ. */
  identical(a: number, b: number): boolean {
    return this.#identical[Math.max(a, b) * this.#count + Math.min(a, b)] === 1 && this.#elements > 0;
  }

  /** ⟨a, b⟩ / (‖a‖ ‖b‖), as it is, not centred; undefined when one is all zero or has elements that are not finite. */
  cosine(a: number, b: number): number | undefined {
    const norms = Math.sqrt(this.squares(a)) * Math.sqrt(this.squares(b));
    if (norms === 0 || !Number.isFinite(norms)) return undefined;
    return Math.max(-1, Math.min(1, this.product(a, b) / norms));
  }
}

function sameNumbers(a: Numbers, b: Numbers): boolean {
  for (let at = 0; at < a.length; at += 1) if (!Object.is(a[at], b[at])) return false;
  return true;
}
