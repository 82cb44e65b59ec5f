import { setTimeout as delay } from 'node:timers/promises';
import type { Job, JobQueue } from './queue.ts';

/** A watcher hears of a job's progress at most this often. */
const PAUSE_MILLISECONDS = 100;

/** Every job as it is now, then each one again after it has changed, its latest state only, until `signal` is aborted. */
export async function* watchJobs(queue: JobQueue, signal: AbortSignal | undefined): AsyncGenerator<Job> {
  const changed = new Map<number, Job>(queue.list().map((job) => [job.id, job]));
  let wake: () => void = () => {};
  const unsubscribe = queue.subscribe((job) => {
    changed.set(job.id, job);
    wake();
  });
  const stop = (): void => wake();
  signal?.addEventListener('abort', stop);
  try {
    while (!signal?.aborted) {
      const batch = [...changed.values()];
      changed.clear();
      yield* batch;
      if (batch.length > 0) await pause(signal);
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', stop);
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(PAUSE_MILLISECONDS, undefined, signal === undefined ? {} : { signal });
  } catch (thrown) {
    // Aborted while it waited: the caller's loop ends by itself.
    if (!signal?.aborted) throw thrown;
  }
}
