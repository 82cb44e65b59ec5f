import { setTimeout } from 'node:timers/promises';

/** So long after the last call nobody waits for an answer. */
const QUIET_MILLISECONDS = 5000;

/** Longer than this nothing is put off, however busy it is. */
const LONGEST_MILLISECONDS = 30_000;

/** Lets work that nobody waits for be done while nobody waits for anything. */
export class Leisure {
  #disturbed = Number.NEGATIVE_INFINITY;

  /** To be called when somebody asks for something, or is about to. */
  disturb(): void {
    this.#disturbed = performance.now();
  }

  /** Until all has been quiet for a while; not for ever. A signal that is aborted ends it at once. */
  async come(signal: AbortSignal): Promise<void> {
    const latest = performance.now() + LONGEST_MILLISECONDS;
    for (;;) {
      const now = performance.now();
      const quiet = Math.min(this.#disturbed + QUIET_MILLISECONDS, latest);
      if (now >= quiet || signal.aborted) return;
      await setTimeout(quiet - now, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}
