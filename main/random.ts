/**
 * Seeded pseudo-random numbers, the same on every machine: xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom
 * number generators", 2021), its state filled by SplitMix32 from the seed and the labels.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | undefined;

  /**
   * @param seed any integer
   * @param labels what the numbers are for (`'augmentation', epoch`); different labels give independent streams
   */
  constructor(seed: number, ...labels: readonly (string | number)[]) {
    let state = mix(seed | 0, Math.floor(seed / 2 ** 32));
    for (const label of labels) {
      const text = String(label);
      for (let i = 0; i < text.length; i++) state = mix(state, text.charCodeAt(i));
      state = mix(state, 0x1f);
    }
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      return scramble(state);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** 32 uniform bits, unsigned. */
  uint32(): number {
    const scaled = Math.imul(this.#b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** Uniform in [0, 1), 32 bits of it. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A uniform integer in [0, bound), without bias (Lemire, 2019). */
  integer(bound: number): number {
    const threshold = (2 ** 32 - bound) % bound;
    for (;;) {
      const bits = this.uint32();
      const product = bits * bound;
      // `product` can pass 2^53 only for bounds above 2^21; there the low word is taken from exact integer arithmetic.
      const low = bound <= 2 ** 21 ? product % 2 ** 32 : Number((BigInt(bits) * BigInt(bound)) & 0xffffffffn);
      if (low >= threshold)
        return bound <= 2 ** 21 ? (product - low) / 2 ** 32 : Number((BigInt(bits) * BigInt(bound)) >> 32n);
    }
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spare = y * scale;
        return x * scale;
      }
    }
  }

  /** 0 … count − 1 in a random order (Fisher–Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }
}

function scramble(value: number): number {
  let z = value;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

function mix(state: number, value: number): number {
  return scramble((Math.imul(state, 0x9e3779b1) + value + 0x7f4a7c15) | 0);
}
