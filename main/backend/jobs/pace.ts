import type { Progress } from '../../progress.ts';

/** Shorter looks say too little about what is to come. */
const SHORTEST_MILLISECONDS = 1000;

/** Stands for the stage where all stages are counted together. */
const WHOLE = '*';

/** How long work will take from here, judged by what it has done since it began: all of it where that is known, else its stage. */
export class Pace {
  #stage = '';
  #startedAt = 0;
  #startedWith = 0;

  /** @returns seconds; null while nothing can be said */
  secondsLeft(progress: Progress, now: number = performance.now()): number | null {
    const { done, total } = progress.whole ?? progress;
    const stage = progress.whole === undefined ? progress.stage : WHOLE;
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#startedAt = now;
      this.#startedWith = done;
      return null;
    }
    const elapsed = now - this.#startedAt;
    const finished = done - this.#startedWith;
    if (elapsed < SHORTEST_MILLISECONDS || finished <= 0) return null;
    return Math.max(0, ((total - done) * elapsed) / finished / 1000);
  }
}
