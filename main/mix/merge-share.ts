import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { BYTES_PER_ELEMENT } from '../checkpoints/checkpoint.ts';
import { inWiderType, type WiderType } from '../checkpoints/lossless.ts';
import type { OutputPlace } from '../checkpoints/output-plan.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { type ElementRange, Mixer } from './mixer.ts';
import type { TensorSource, TensorStep } from './plan.ts';
import type { RoundingSums } from './rounding.ts';

/** Part of a tensor that one thread computes in one go. */
export interface MergeTask extends ElementRange {
  /** Index into the plan's steps. */
  readonly step: number;
}

/** What came of a task; plain data. */
export interface TaskResult {
  readonly task: number;
  readonly nonFinite: boolean;
  /** CRC-32 of the task's bytes; 0 where none is needed. */
  readonly checksum: number;
  readonly rounding: RoundingSums | undefined;
}

/**
 * Bytes read for a piece, from all ingredients together: a few milliseconds' work. Larger pieces would keep this thread's
 * event loop waiting and leave other threads idle at the end.
 */
const PIECE_INPUT_BYTES = 16 * 1024 * 1024;
const SMALLEST_PIECE = 64 * 1024;

/**
 * Divides the work, largest pieces first, so that threads that take the next one whenever they are free end together.
 * @param whole tensors may not be divided (their checksums are needed)
 */
export function divideWork(steps: readonly TensorStep[], whole: boolean): readonly MergeTask[] {
  const tasks: MergeTask[] = [];
  for (const [step, planned] of steps.entries()) {
    const { output, terms } = planned;
    const perElement = terms.reduce((sum, term) => sum + BYTES_PER_ELEMENT[term.dtype], 0);
    // What a method has to know of the whole tensor would be found out again for every piece.
    const isWhole = whole || (planned.kind === 'merge' && planned.method.looksAhead(planned.parameters));
    const piece = isWhole ? output.elementCount : Math.max(SMALLEST_PIECE, Math.floor(PIECE_INPUT_BYTES / perElement));
    for (let start = 0; start < output.elementCount; start += piece) {
      tasks.push({ step, start, count: Math.min(piece, output.elementCount - start) });
    }
  }
  const bytes = (task: MergeTask): number => task.count * BYTES_PER_ELEMENT[steps[task.step]!.output.dtype];
  return tasks.toSorted((a, b) => bytes(b) - bytes(a));
}

/** Bytes that a task reads from all ingredients together. */
export function inputBytesOf(task: MergeTask, steps: readonly TensorStep[]): number {
  return steps[task.step]!.terms.reduce((sum, term) => sum + task.count * BYTES_PER_ELEMENT[term.dtype], 0);
}

/** The files that are being written, and where in them each tensor goes. Plain data. */
export interface MergeTarget {
  readonly paths: readonly string[];
  readonly places: ReadonlyMap<string, OutputPlace>;
  readonly widened: ReadonlyMap<string, WiderType>;
  readonly checksums: boolean;
}

/** Computes tasks into the files that are being written, each tensor at its planned place. */
export class MergeShare {
  readonly #steps: readonly TensorStep[];
  readonly #places: ReadonlyMap<string, OutputPlace>;
  readonly #widened: ReadonlyMap<string, WiderType>;
  readonly #checksums: boolean;
  readonly #sources: readonly TensorSource[];
  readonly #mixer: Mixer;
  readonly #files: readonly { readonly path: string; readonly descriptor: number }[];

  /** @throws StockpotError `file/…` when a file cannot be opened */
  constructor(sources: readonly TensorSource[], steps: readonly TensorStep[], target: MergeTarget) {
    this.#steps = steps;
    this.#places = target.places;
    this.#widened = target.widened;
    this.#checksums = target.checksums;
    this.#sources = sources;
    this.#mixer = new Mixer(sources.length);
    this.#files = openAll(target.paths);
  }

  /** @throws StockpotError as `Checkpoint.read`; `file/disk-full`, `file/io` */
  perform(tasks: readonly MergeTask[], index: number): TaskResult {
    const task = tasks[index]!;
    const step = this.#steps[task.step]!;
    const { name, dtype } = step.output;
    const place = this.#places.get(name)!;
    const wider = this.#widened.get(name);
    const scale = wider === undefined ? 1 : BYTES_PER_ELEMENT[wider] / BYTES_PER_ELEMENT[dtype];
    let checksum = 0;
    const { nonFinite, rounding } = this.#mixer.mix(
      step,
      this.#sources,
      (mixed, byteOffset) => {
        const bytes = wider === undefined ? mixed : inWiderType(name, dtype, wider, mixed);
        this.#write(place.file, bytes, place.offset + byteOffset * scale);
        if (this.#checksums) checksum = crc32(bytes, checksum);
      },
      task,
      true,
    );
    return { task: index, nonFinite, checksum, rounding };
  }

  close(): void {
    for (const { descriptor } of this.#files) closeSync(descriptor);
  }

  #write(file: number, bytes: Uint8Array, position: number): void {
    const { path, descriptor } = this.#files[file]!;
    withFileErrors(path, () => {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
      }
    });
  }
}

/** All of them or none. */
function openAll(paths: readonly string[]): { readonly path: string; readonly descriptor: number }[] {
  const opened: { path: string; descriptor: number }[] = [];
  try {
    for (const path of paths) {
      opened.push({ path, descriptor: withFileErrors(path, () => openSync(path, 'r+')) });
    }
    return opened;
  } catch (thrown) {
    for (const { descriptor } of opened) closeSync(descriptor);
    throw thrown;
  }
}
