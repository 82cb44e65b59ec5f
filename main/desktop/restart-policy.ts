/** Ends within this time of each other count as one streak. */
const STREAK_MILLISECONDS = 5 * 60_000;
const LONGEST_STREAK = 5;
const LONGEST_WAIT_SECONDS = 30;

/** Decides what follows when the backend ends unexpectedly: how long to wait before it is started again, or to give up. */
export class RestartPolicy {
  #ends: readonly number[] = [];

  /** Seconds to wait after an end at `now` (milliseconds): 1, 2, 4, … ; undefined after too many ends in a short time. */
  afterEnd(now: number): number | undefined {
    this.#ends = [...this.#ends.filter((end) => now - end < STREAK_MILLISECONDS), now];
    const count = this.#ends.length;
    return count > LONGEST_STREAK ? undefined : Math.min(2 ** (count - 1), LONGEST_WAIT_SECONDS);
  }
}
