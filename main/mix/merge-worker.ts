import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorFacts, factsOf } from '../errors.ts';
import { divideWork, MergeShare, type MergeTarget, type TaskResult } from './merge-share.ts';
import type { Mixture } from './mixture.ts';
import { closeIngredients, openIngredients } from './open-ingredients.ts';
import { planMixture } from './plan.ts';

/** What a merge thread is started with; it opens the ingredients itself. */
export interface MergeWorkerData {
  readonly mixture: Mixture;
  readonly target: MergeTarget;
  /** One Int32: the index of the next task nobody has taken. */
  readonly nextTask: SharedArrayBuffer;
}

export type MergeWorkerMessage =
  | { readonly type: 'result'; readonly result: TaskResult }
  | { readonly type: 'failed'; readonly error: ErrorFacts };

async function work(data: MergeWorkerData): Promise<void> {
  const checkpoints = await openIngredients(data.mixture.ingredients);
  try {
    const { steps } = planMixture(data.mixture, checkpoints);
    const tasks = divideWork(steps, data.target.checksums);
    const share = new MergeShare(checkpoints, steps, data.target);
    try {
      const next = new Int32Array(data.nextTask);
      for (let index = Atomics.add(next, 0, 1); index < tasks.length; index = Atomics.add(next, 0, 1)) {
        post({ type: 'result', result: share.perform(tasks, index) });
      }
    } finally {
      share.close();
    }
  } finally {
    closeIngredients(checkpoints);
  }
}

function post(message: MergeWorkerMessage): void {
  parentPort?.postMessage(message);
}

try {
  await work(workerData as MergeWorkerData);
} catch (thrown) {
  post({ type: 'failed', error: factsOf(thrown) });
}
