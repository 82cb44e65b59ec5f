import { setTimeout as delay } from 'node:timers/promises';
import type { JobEvent } from '../../../preload/contract/jobs.ts';
import type { JobNews, JobQueue } from './queue.ts';

/** A watcher hears of a job's progress at most this often. */
const PAUSE_MILLISECONDS = 100;

/** Every job as it is now, then each one again after it has changed, its latest state only, until `signal` is aborted. */
export async function* watchJobs(queue: JobQueue, signal: AbortSignal | undefined): AsyncGenerator<JobNews> {
  const changed = new Map<number, JobNews>(queue.list().map((job) => [job.id, { kind: 'job', job }]));
  let wake: () => void = () => {};
  const unsubscribe = queue.subscribe((news) => {
    changed.set(idOf(news), news);
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

/** What has happened in a job, then what happens, until it has ended, was taken off the list or `signal` is aborted. @throws StockpotError `jobs/unknown` */
export async function* followJob(
  queue: JobQueue,
  id: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobEvent> {
  let wake: () => void = () => {};
  let hasNews = true;
  let isGone = false;
  const unsubscribe = queue.subscribe((news) => {
    if (idOf(news) !== id) return;
    hasNews = true;
    isGone ||= news.kind === 'removed';
    wake();
  });
  const stop = (): void => wake();
  signal?.addEventListener('abort', stop);
  let seen = 0;
  try {
    while (!signal?.aborted && !isGone) {
      hasNews = false;
      // Asked before the events are read: whatever happens in between is seen in the next round.
      const isOver = queue.get(id).finishedAt !== null;
      const events = queue.events(id, seen);
      yield* events;
      seen = events.at(-1)?.ordinal ?? seen;
      if (isOver) return;
      if (events.length > 0) await pause(signal);
      else if (!hasNews) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', stop);
  }
}

function idOf(news: JobNews): number {
  return news.kind === 'job' ? news.job.id : news.id;
}
