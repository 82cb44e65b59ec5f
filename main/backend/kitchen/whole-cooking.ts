import type { Progress } from '../../progress.ts';
import type { CookEstimate } from './estimate.ts';

/**
 * Turns the progress of a cooking's stages into that of the whole of it, in samples passed. How many candidates a recipe will try
 * is known within bounds only: until it has decided, what is left is the most that it can be.
 */
export class WholeCooking {
  readonly #expected: CookEstimate['samples'];
  /** Samples of stages that are over. */
  #earlier = 0;
  /** Of those: since the recipe has decided. */
  #earlierAfterwards = 0;
  #current = 0;
  #hasDecided = false;

  constructor(expected: CookEstimate['samples']) {
    this.#expected = expected;
  }

  /** The recipe has come to its end: what remains is to score what came out. */
  decided(): void {
    this.#close();
    this.#hasDecided = true;
  }

  /** @param progress of a stage; only passes over samples count */
  withWhole(progress: Progress): Progress {
    if (progress.unit !== 'images') return progress;
    if (progress.done < this.#current) this.#close();
    this.#current = progress.done;
    const done = this.#earlier + progress.done;
    const left = Math.max(this.#left(), progress.total - progress.done);
    const { least, most } = this.#expected.deciding;
    return { ...progress, whole: { done, total: done + left, atMost: !this.#hasDecided && least < most } };
  }

  #left(): number {
    const { deciding, afterwards } = this.#expected;
    if (this.#hasDecided) return afterwards - this.#earlierAfterwards - this.#current;
    return Math.max(0, deciding.most - this.#earlier - this.#current) + afterwards;
  }

  #close(): void {
    this.#earlier += this.#current;
    if (this.#hasDecided) this.#earlierAfterwards += this.#current;
    this.#current = 0;
  }
}
