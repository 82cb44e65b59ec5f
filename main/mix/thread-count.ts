import { availableParallelism } from 'node:os';
import { inputBytesOf, type MergeTask } from './merge-share.ts';
import type { MixturePlan, TensorStep } from './plan.ts';

/** What a method takes some tenths of a second for. */
const LONG_TASK_BYTES = 64 * 1024 * 1024;

/**
 * Starting a thread costs about 0.12 s of processor time, in which a running one mixes 80 million numbers; well above that it pays.
 */
const NUMBERS_PER_THREAD = 2 ** 28;

/** Reading files is the limit; more threads wait for the same memory. */
const MOST_THREADS = 4;

/** How many threads are worth starting, this one included. */
export function threadsFor(plan: MixturePlan): number {
  const numbers = plan.steps.reduce((sum, { output, terms }) => sum + output.elementCount * terms.length, 0);
  return Math.min(MOST_THREADS, availableParallelism(), 1 + Math.floor(numbers / NUMBERS_PER_THREAD));
}

/** Whether a task would keep the thread that it is computed in from everything else for long. */
export function takesLong(tasks: readonly MergeTask[], steps: readonly TensorStep[]): boolean {
  return tasks.some((task) => steps[task.step]!.kind === 'merge' && inputBytesOf(task, steps) > LONG_TASK_BYTES);
}
