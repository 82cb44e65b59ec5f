import { BYTES_PER_ELEMENT, type Checkpoint } from '../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../checkpoints/open.ts';
import type { OnProgress } from '../progress.ts';
import {
  type ComparedTask,
  CompareShare,
  type ExpectedTensor,
  expectedIn,
  isComparable,
  joined,
  type PartDifference,
  typeText,
} from './compare-share.ts';
import { divideWork, inputBytesOf } from './merge-share.ts';
import { mergeInThreads } from './merge-threads.ts';
import type { Mixture } from './mixture.ts';
import { closeIngredients, openIngredients } from './open-ingredients.ts';
import { planMixture } from './plan.ts';
import { takesLong, threadsFor } from './thread-count.ts';
import { underOwnNames } from './written-names.ts';

/** How a tensor of the file differs from the one computed. Bytes are lower-case hex, as stored. */
export type TensorDifference =
  | { readonly kind: 'missing'; readonly tensor: string }
  | { readonly kind: 'extra'; readonly tensor: string }
  | { readonly kind: 'type'; readonly tensor: string; readonly expected: string; readonly found: string }
  | {
      readonly kind: 'values';
      readonly tensor: string;
      /** First element that differs, row-major. */
      readonly element: number;
      /** First byte that differs, within the tensor. */
      readonly byte: number;
      readonly expected: string;
      readonly found: string;
      readonly differingBytes: number;
    };

export interface VerifyResult {
  /** No difference at all. */
  readonly identical: boolean;
  readonly tensorCount: number;
  /** In the soup's order of tensors; extra ones at the end. */
  readonly differences: readonly TensorDifference[];
}

export interface VerifyOptions {
  /** Threads that compute. Chosen by the size of the work and the number of cores when absent. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/**
 * Computes a mixture again and compares it with a file, bit for bit, without holding either in memory. What takes long is computed in
 * other threads.
 * @throws StockpotError as `openCheckpoint`, `Checkpoint.read` and `planMixture`; `job/cancelled`
 */
export async function verifyMixture(
  mixture: Mixture,
  filePath: string,
  options: VerifyOptions = {},
): Promise<VerifyResult> {
  const file = await openCheckpoint(filePath);
  try {
    const checkpoints = await openIngredients(mixture.ingredients);
    try {
      return await compare(mixture, checkpoints, file, options);
    } finally {
      closeIngredients(checkpoints);
    }
  } finally {
    file.close();
  }
}

async function compare(
  mixture: Mixture,
  checkpoints: readonly Checkpoint[],
  written: Checkpoint,
  { signal, onProgress, threads }: VerifyOptions,
): Promise<VerifyResult> {
  const plan = planMixture(mixture, checkpoints);
  const { steps, inputBytes } = plan;
  const names = steps.map(({ output }) => output.name);
  const file = underOwnNames(written, names, mixture);
  const tasks = divideWork(steps, false);
  const found = steps.map((): PartDifference | undefined => undefined);
  let done = 0;
  const onResult = ({ task, difference }: ComparedTask): void => {
    const { step } = tasks[task]!;
    found[step] = joined(found[step], difference);
    done += inputBytesOf(tasks[task]!, steps);
    onProgress?.({ stage: 'Verifying', done, total: inputBytes, unit: 'bytes' });
  };
  const share = takesLong(tasks, steps) ? undefined : new CompareShare(checkpoints, steps, file);
  const data = { mixture, job: { kind: 'compare', path: written.path } } as const;
  await mergeInThreads({ share, data, tasks, onResult, signal }, threads ?? threadsFor(plan));
  const expected = new Set(names);
  const extra = [...file.tensors.keys()].filter((tensor) => !expected.has(tensor));
  const differences = [
    ...steps.flatMap(({ output }, step) => differenceOf(expectedIn(file, output), file, found[step]) ?? []),
    ...extra.map((tensor) => ({ kind: 'extra', tensor }) as const),
  ];
  return { identical: differences.length === 0, tensorCount: steps.length, differences };
}

function differenceOf(
  tensor: ExpectedTensor,
  file: Checkpoint,
  difference: PartDifference | undefined,
): TensorDifference | undefined {
  const { expected } = tensor;
  const found = file.tensors.get(expected.name);
  if (found === undefined) return { kind: 'missing', tensor: expected.name };
  if (!isComparable(tensor, file)) {
    return { kind: 'type', tensor: expected.name, expected: typeText(expected), found: typeText(found) };
  }
  if (difference === undefined) return undefined;
  const element = Math.floor(difference.byte / BYTES_PER_ELEMENT[expected.dtype]);
  return { kind: 'values', tensor: expected.name, element, ...difference };
}
