import { setImmediate } from 'node:timers/promises';
import { BYTES_PER_ELEMENT, type Checkpoint, type TensorInfo } from '../checkpoints/checkpoint.ts';
import { inWiderType, type WiderType } from '../checkpoints/lossless.ts';
import { openCheckpoint } from '../checkpoints/open.ts';
import { readBackAs } from '../checkpoints/output-formats.ts';
import { tensorInfo } from '../checkpoints/tensor-size.ts';
import { throwIfCancelled } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { divideWork, inputBytesOf } from './merge-share.ts';
import { Mixer } from './mixer.ts';
import type { Mixture } from './mixture.ts';
import { closeIngredients, openIngredients } from './open-ingredients.ts';
import { planMixture } from './plan.ts';
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
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/**
 * Computes a mixture again and compares it with a file, bit for bit, without holding either in memory.
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
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { steps, inputBytes } = planMixture(mixture, checkpoints);
  const names = steps.map((step) => step.output.name);
  const file = underOwnNames(written, names, mixture);
  const mixer = new Mixer(checkpoints.length);
  const comparisons = steps.map((step) => new TensorComparison(step.output, file));
  let done = 0;
  for (const task of divideWork(steps, false)) {
    throwIfCancelled(options.signal);
    const comparison = comparisons[task.step]!;
    if (comparison.isComparable) {
      mixer.mix(steps[task.step]!, checkpoints, (bytes, offset) => comparison.add(bytes, offset), task);
    }
    done += inputBytesOf(task, steps);
    options.onProgress?.({ stage: 'Verifying', done, total: inputBytes, unit: 'bytes' });
    await setImmediate();
  }
  const expected = new Set(names);
  const extra = [...file.tensors.keys()].filter((tensor) => !expected.has(tensor));
  const differences = [
    ...comparisons.flatMap((comparison) => comparison.difference() ?? []),
    ...extra.map((tensor) => ({ kind: 'extra', tensor }) as const),
  ];
  return { identical: differences.length === 0, tensorCount: steps.length, differences };
}

/** Compares one tensor with the file's, piece by piece in any order. */
class TensorComparison {
  /** As the file's format has it. */
  readonly #expected: TensorInfo;
  readonly #computed: TensorInfo;
  readonly #wider: WiderType | undefined;
  readonly #file: Checkpoint;
  #firstByte = Number.POSITIVE_INFINITY;
  #expectedElement = '';
  #foundElement = '';
  #differingBytes = 0;

  constructor(computed: TensorInfo, file: Checkpoint) {
    const { name, dtype, shape } = computed;
    this.#computed = computed;
    this.#wider = readBackAs(file.format, dtype);
    this.#expected = tensorInfo(name, this.#wider ?? dtype, shape)!;
    this.#file = file;
  }

  get isComparable(): boolean {
    const found = this.#file.tensors.get(this.#expected.name);
    return found !== undefined && typeText(found) === typeText(this.#expected);
  }

  add(bytes: Uint8Array, computedOffset: number): void {
    const { name, dtype } = this.#computed;
    const expected = this.#wider === undefined ? bytes : inWiderType(name, dtype, this.#wider, bytes);
    const byteOffset = (computedOffset / BYTES_PER_ELEMENT[dtype]) * BYTES_PER_ELEMENT[this.#expected.dtype];
    const found = new Uint8Array(expected.length);
    this.#file.read(this.#expected.name, byteOffset, found);
    if (Buffer.compare(expected, found) === 0) return;
    const first = expected.findIndex((byte, i) => byte !== found[i]);
    for (const [i, byte] of expected.entries()) if (byte !== found[i]) this.#differingBytes++;
    if (byteOffset + first >= this.#firstByte) return;
    this.#firstByte = byteOffset + first;
    const size = BYTES_PER_ELEMENT[this.#expected.dtype];
    const start = first - (first % size);
    this.#expectedElement = Buffer.from(expected.subarray(start, start + size)).toString('hex');
    this.#foundElement = Buffer.from(found.subarray(start, start + size)).toString('hex');
  }

  difference(): TensorDifference | undefined {
    const tensor = this.#expected.name;
    const found = this.#file.tensors.get(tensor);
    if (found === undefined) return { kind: 'missing', tensor };
    if (!this.isComparable) {
      return { kind: 'type', tensor, expected: typeText(this.#expected), found: typeText(found) };
    }
    if (this.#differingBytes === 0) return undefined;
    return {
      kind: 'values',
      tensor,
      element: Math.floor(this.#firstByte / BYTES_PER_ELEMENT[this.#expected.dtype]),
      byte: this.#firstByte,
      expected: this.#expectedElement,
      found: this.#foundElement,
      differingBytes: this.#differingBytes,
    };
  }
}

function typeText(tensor: TensorInfo): string {
  return `${tensor.dtype} [${tensor.shape.join(', ')}]`;
}
