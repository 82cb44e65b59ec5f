type Numbers = Float32Array | Float64Array;

/** Elements whose products are taken at a time: the blocks of a dozen checkpoints stay in the processor's cache. */
const BLOCK = 4096;

/** Sums over a tensor of N checkpoints that stream by together: all sums and inner products, in double precision. */
export class PairSums {
  readonly #count: number;
  readonly #sums: Float64Array;
  readonly #products: Float64Array;
  readonly #identical: Uint8Array;
  #elements = 0;

  constructor(count: number) {
    this.#count = count;
    this.#sums = new Float64Array(count);
    this.#products = new Float64Array(count * count);
    this.#identical = new Uint8Array(count * count).fill(1);
  }

  /** @param chunks the same elements of each checkpoint's tensor, in the order of the checkpoints */
  add(chunks: readonly Numbers[]): void {
    const length = chunks[0]!.length;
    for (let start = 0; start < length; start += BLOCK) {
      const end = Math.min(length, start + BLOCK);
      for (let a = 0; a < this.#count; a += 1) {
        this.#sums[a]! += sumOf(chunks[a]!, start, end);
        for (let b = 0; b <= a; b += 1) {
          this.#products[a * this.#count + b]! += productOf(chunks[a]!, chunks[b]!, start, end);
        }
      }
    }
    for (let a = 0; a < this.#count; a += 1) {
      for (let b = 0; b < a; b += 1) {
        const at = a * this.#count + b;
        if (this.#identical[at] === 1 && !sameNumbers(chunks[a]!, chunks[b]!)) this.#identical[at] = 0;
      }
    }
    this.#elements += length;
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

function sumOf(numbers: Numbers, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum += numbers[at]!;
  return sum;
}

/** Four sums side by side, so that an addition need not wait for the one before. */
function productOf(a: Numbers, b: Numbers, start: number, end: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = start;
  for (; at + 3 < end; at += 4) {
    first += a[at]! * b[at]!;
    second += a[at + 1]! * b[at + 1]!;
    third += a[at + 2]! * b[at + 2]!;
    fourth += a[at + 3]! * b[at + 3]!;
  }
  for (; at < end; at += 1) first += a[at]! * b[at]!;
  return first + second + (third + fourth);
}

function sameNumbers(a: Numbers, b: Numbers): boolean {
  for (let at = 0; at < a.length; at += 1) if (!Object.is(a[at], b[at])) return false;
  return true;
}
