import { createHash } from 'node:crypto';
import { KeptSource } from './kept-source.ts';
import type { Mixture } from './mixture.ts';
import { NestedSource } from './nested-source.ts';
import type { TensorSource } from './plan.ts';

interface Entry {
  readonly source: KeptSource;
  /** Of the files that it is made from. */
  readonly stamp: string;
  /** When it was last asked for, in rounds. */
  round: number;
}

/**
 * What comes of nested mixtures, kept from one mixture to the next: candidates of a search share them, and each would compute them anew.
 * Those that were asked for longest ago make room, those of the present round never.
 */
export class NestedCache {
  readonly #byteBudget: number;
  readonly #entries = new Map<string, Entry>();
  #round = 0;

  constructor(byteBudget: number) {
    this.#byteBudget = byteBudget;
  }

  get keptBytes(): number {
    return this.#entries.values().reduce((sum, { source }) => sum + source.keptBytes, 0);
  }

  /** What is asked for from now on is used together. */
  nextRound(): void {
    this.#round += 1;
  }

  /**
   * @param sources one per ingredient of the mixture
   * @param stamp that changes with what the sources hold
   * @throws StockpotError as `planMixture`
   */
  source(mixture: Mixture, sources: readonly TensorSource[], stamp: string): TensorSource {
    const key = createHash('sha256').update(JSON.stringify(mixture)).digest('hex');
    const known = this.#entries.get(key);
    if (known?.stamp === stamp) {
      known.round = this.#round;
      return known.source;
    }
    const source = new KeptSource(new NestedSource(mixture, sources), (bytes) => this.#reserve(bytes));
    this.#entries.set(key, { source, stamp, round: this.#round });
    return source;
  }

  clear(): void {
    this.#entries.clear();
  }

  #reserve(bytes: number): boolean {
    if (bytes > this.#byteBudget) return false;
    const byAge = [...this.#entries].toSorted(([, a], [, b]) => a.round - b.round);
    for (const [key, { round }] of byAge) {
      if (this.keptBytes + bytes <= this.#byteBudget) return true;
      if (round < this.#round) this.#entries.delete(key);
    }
    return this.keptBytes + bytes <= this.#byteBudget;
  }
}
