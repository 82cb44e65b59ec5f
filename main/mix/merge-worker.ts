import { parentPort, workerData } from 'node:worker_threads';
import { openCheckpoint } from '../checkpoints/open.ts';
import { type ErrorFacts, factsOf } from '../errors.ts';
import { type ComparedTask, CompareShare } from './compare-share.ts';
import { divideWork, MergeShare, type MergeTarget, type MergeTask, type TaskResult } from './merge-share.ts';
import type { Mixture } from './mixture.ts';
import { closeIngredients, type OpenIngredient, openIngredients } from './open-ingredients.ts';
import { planMixture, type TensorStep } from './plan.ts';
import { underOwnNames } from './written-names.ts';

/** What threads do with what they compute: plain data. */
export type MergeJob =
  | { readonly kind: 'write'; readonly target: MergeTarget }
  | { readonly kind: 'compare'; readonly path: string };

/** What a merge thread is started with; it opens the ingredients itself. */
export interface MergeWorkerData {
  readonly mixture: Mixture;
  readonly job: MergeJob;
  /** One Int32: the index of the next task nobody has taken. */
  readonly nextTask: SharedArrayBuffer;
}

export type MergeWorkerMessage<Result> =
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'failed'; readonly error: ErrorFacts };

interface Share {
  perform(tasks: readonly MergeTask[], index: number): TaskResult | ComparedTask;
  close(): void;
}

async function work({ mixture, job, nextTask }: MergeWorkerData): Promise<void> {
  const checkpoints = await openIngredients(mixture.ingredients);
  try {
    const { steps } = planMixture(mixture, checkpoints);
    const tasks = divideWork(steps, job.kind === 'write' && job.target.checksums);
    const share = await openShare(mixture, checkpoints, steps, job);
    try {
      const next = new Int32Array(nextTask);
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

async function openShare(
  mixture: Mixture,
  checkpoints: readonly OpenIngredient[],
  steps: readonly TensorStep[],
  job: MergeJob,
): Promise<Share> {
  if (job.kind === 'write') return new MergeShare(checkpoints, steps, job.target);
  const file = await openCheckpoint(job.path);
  const names = steps.map(({ output }) => output.name);
  const share = new CompareShare(checkpoints, steps, underOwnNames(file, names, mixture));
  return { perform: (tasks, index) => share.perform(tasks, index), close: () => file.close() };
}

function post(message: MergeWorkerMessage<TaskResult | ComparedTask>): void {
  parentPort?.postMessage(message);
}

try {
  await work(workerData as MergeWorkerData);
} catch (thrown) {
  post({ type: 'failed', error: factsOf(thrown) });
}
