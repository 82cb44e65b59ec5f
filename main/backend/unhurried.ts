import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../errors.ts';

/** As long as nobody notices who waits for another answer. */
const SLICE_MILLISECONDS = 10;

/**
 * Does work that pauses now and then, and lets everything else that waits be done in between.
 * @throws StockpotError `job/cancelled`
 */
export async function unhurried<Result>(work: Generator<undefined, Result>, signal?: AbortSignal): Promise<Result> {
  let start = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - start < SLICE_MILLISECONDS) continue;
    await setImmediate();
    throwIfCancelled(signal);
    start = performance.now();
  }
}
