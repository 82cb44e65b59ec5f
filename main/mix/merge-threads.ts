import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { cancelled, StockpotError, throwIfCancelled } from '../errors.ts';
import type { MergeTask } from './merge-share.ts';
import type { MergeWorkerData, MergeWorkerMessage } from './merge-worker.ts';

/** What computes tasks, whatever is done with them. */
interface Share<Result> {
  perform(tasks: readonly MergeTask[], index: number): Result;
}

export interface MergeWork<Result> {
  /** This thread's share, if it takes part; the helpers make their own from `data`, with results of the same kind. */
  readonly share: Share<Result> | undefined;
  readonly data: Omit<MergeWorkerData, 'nextTask'>;
  readonly tasks: readonly MergeTask[];
  readonly onResult: (result: Result) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Performs all tasks in this thread and `threads − 1` worker threads, which join in as soon as they have started; in `threads` worker
 * threads where this one takes no part. Everyone takes the next task from a common counter. Between tasks this thread's other work gets its turn.
 * @returns once every thread has ended, whether well or not
 * @throws StockpotError what a thread threw; `mix/thread-died`; `job/cancelled`
 */
export async function mergeInThreads<Result>(work: MergeWork<Result>, threads: number): Promise<void> {
  throwIfCancelled(work.signal);
  const nextTask = new SharedArrayBuffer(4);
  const workerData: MergeWorkerData = { ...work.data, nextTask };
  const workers = Array.from(
    { length: work.share === undefined ? threads : threads - 1 },
    () => new Worker(new URL('merge-worker.ts', import.meta.url), { workerData }),
  );
  try {
    await settled(work, workers, new Int32Array(nextTask));
  } finally {
    // The file may only be removed or committed when nobody writes to it any more.
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Resolves when every task has its result, even if a helper has not got going yet; rejects at the first failure. */
async function settled<Result>(work: MergeWork<Result>, workers: readonly Worker[], next: Int32Array): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any(work.signal === undefined ? [stop.signal] : [stop.signal, work.signal]);
  let missing = work.tasks.length;
  const helped = new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(cancelled()), { once: true });
    const onResult = (result: Result): void => {
      work.onResult(result);
      missing -= 1;
      if (missing === 0) resolve();
    };
    for (const worker of workers) listen(worker, onResult, reject);
    if (work.share !== undefined) takeTasks(work.share, work.tasks, next, onResult, signal).catch(reject);
    if (missing === 0) resolve();
  });
  try {
    await helped;
  } finally {
    stop.abort();
  }
}

async function takeTasks<Result>(
  share: Share<Result>,
  tasks: readonly MergeTask[],
  next: Int32Array,
  onResult: (result: Result) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let index = Atomics.add(next, 0, 1); index < tasks.length; index = Atomics.add(next, 0, 1)) {
    onResult(share.perform(tasks, index));
    await setImmediate();
    throwIfCancelled(signal);
  }
}

function listen<Result>(
  worker: Worker,
  onResult: (result: Result) => void,
  onFailure: (error: StockpotError) => void,
): void {
  worker.on('message', (message: MergeWorkerMessage<Result>) => {
    if (message.type === 'result') onResult(message.result);
    else onFailure(new StockpotError(message.error));
  });
  worker.on('error', (cause) => onFailure(threadDied(cause)));
  // A thread that has nothing left to do ends well; one that ended otherwise may have taken a task with it.
  worker.on('exit', (code) => {
    if (code !== 0) onFailure(threadDied(undefined));
  });
}

function threadDied(cause: unknown): StockpotError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new StockpotError({
    code: 'mix/thread-died',
    kind: 'failure',
    what: `A merge thread ended before its work was done${reason}`,
    remedy: 'Try again with fewer threads (--threads 1).',
    cause,
  });
}
