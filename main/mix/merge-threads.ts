import { Worker } from 'node:worker_threads';
import { cancelled, StockpotError, throwIfCancelled } from '../errors.ts';
import type { TaskResult } from './merge-share.ts';
import type { MergeWorkerData, MergeWorkerMessage } from './merge-worker.ts';

/**
 * Runs a merge in `threads` worker threads, which take tasks from a common counter.
 * @returns once every thread has ended, whether well or not
 * @throws StockpotError what a thread threw; `mix/thread-died`; `job/cancelled`
 */
export async function mergeInThreads(
  data: Omit<MergeWorkerData, 'nextTask'>,
  threads: number,
  onResult: (result: TaskResult) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfCancelled(signal);
  const workerData: MergeWorkerData = { ...data, nextTask: new SharedArrayBuffer(4) };
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('merge-worker.ts', import.meta.url), { workerData }),
  );
  const endAll = (): Promise<unknown> => Promise.all(workers.map((worker) => worker.terminate()));
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled());
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([aborted, Promise.all(workers.map((worker) => finished(worker, onResult)))]);
  } finally {
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    // The file may only be removed or committed when nobody writes to it any more.
    await endAll();
  }
}

function finished(worker: Worker, onResult: (result: TaskResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: MergeWorkerMessage) => {
      if (message.type === 'result') onResult(message.result);
      else if (message.type === 'failed') reject(new StockpotError(message.error));
      else resolve();
    });
    worker.on('error', (cause) => reject(threadDied(cause)));
    worker.on('exit', () => reject(threadDied(undefined)));
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
