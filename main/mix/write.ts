import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Checkpoint, TensorInfo } from '../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../checkpoints/open.ts';
import {
  type AssembledFormat,
  isAssembled,
  type LayoutOptions,
  type OutputFormat,
  type PlannedFormat,
} from '../checkpoints/output-formats.ts';
import type { OutputOptions, OutputPlan } from '../checkpoints/output-plan.ts';
import { assemblerOf, checkWritable, formatOfPath, planOutput } from '../checkpoints/write-checkpoint.ts';
import { StockpotError, throwIfCancelled } from '../errors.ts';
import { AtomicFile } from '../files/atomic-file.ts';
import { AtomicFiles } from '../files/atomic-files.ts';
import type { OnProgress } from '../progress.ts';
import { divideWork, inputBytesOf, MergeShare, type TaskResult } from './merge-share.ts';
import { mergeInThreads } from './merge-threads.ts';
import type { Mixture } from './mixture.ts';
import { closeIngredients, openIngredients } from './open-ingredients.ts';
import { type MixturePlan, planMixture } from './plan.ts';

export interface WriteMixtureOptions {
  readonly path: string;
  /** By the path's extension when absent. */
  readonly format?: OutputFormat;
  /** Text kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly layout?: LayoutOptions;
  /** As `OutputOptions.graph`. */
  readonly graph?: Uint8Array;
  /** Threads that compute, this one included. Chosen by the size of the work and the number of cores when absent. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface MixtureReport {
  readonly path: string;
  readonly format: OutputFormat;
  readonly tensorCount: number;
  /** One, or several with the one to open at the end. */
  readonly files: readonly string[];
  /** Length of the files together. */
  readonly bytes: number;
  /** Tensors of the result that hold NaN or infinite values. */
  readonly nonFinite: readonly string[];
  /** What opening the ingredients had to remark. */
  readonly remarks: readonly string[];
  readonly threads: number;
}

/**
 * Starting a thread costs about 0.12 s of processor time, in which a running one mixes 0.3 GB; well above that it pays.
 */
const BYTES_PER_THREAD = 1024 ** 3;

/** Reading files is the limit; more threads wait for the same memory. */
const MOST_THREADS = 4;

/**
 * Computes a mixture and writes it as a checkpoint, atomically: on an error or when cancelled, what was at `path` before
 * stays. Memory follows the chunk size and the number of ingredients, never the files.
 * @throws StockpotError as `openCheckpoint`, `planMixture`, `planOutput` and `AtomicFiles`; `mix/output-is-ingredient`,
 *   `mix/thread-died`, `job/cancelled`
 */
export async function writeMixture(mixture: Mixture, options: WriteMixtureOptions): Promise<MixtureReport> {
  const checkpoints = await openIngredients(mixture.ingredients);
  try {
    const plan = planMixture(mixture, checkpoints);
    const format = options.format ?? formatOfPath(options.path);
    const threads = options.threads ?? threadsFor(plan);
    const work = { mixture, plan, checkpoints, threads, options };
    const written = isAssembled(format) ? await assemble(work, format) : await writePlanned(work, layOut(work, format));
    return {
      path: options.path,
      format,
      tensorCount: plan.steps.length,
      files: written.files,
      bytes: written.files.reduce((sum, file) => sum + statSync(file).size, 0),
      nonFinite: plan.steps.filter((_, i) => written.nonFinite.has(i)).map((step) => step.output.name),
      remarks: checkpoints.flatMap((checkpoint) => checkpoint.remarks.map((remark) => `${checkpoint.path}: ${remark}`)),
      threads,
    };
  } finally {
    closeIngredients(checkpoints);
  }
}

interface Work {
  readonly mixture: Mixture;
  readonly plan: MixturePlan;
  readonly checkpoints: readonly Checkpoint[];
  readonly threads: number;
  readonly options: WriteMixtureOptions;
}

interface Mixed {
  /** Indices of steps. */
  readonly nonFinite: ReadonlySet<number>;
}

interface Written extends Mixed {
  readonly files: readonly string[];
}

function outputOptions({ checkpoints, options: { path, metadata = {}, layout, graph } }: Work): OutputOptions {
  return {
    ...layout,
    name: basename(path),
    metadata,
    template: checkpoints[0]!,
    ...(graph === undefined ? {} : { graph }),
  };
}

function layOut(work: Work, format: PlannedFormat): OutputPlan {
  return planOutput(
    format,
    work.plan.steps.map((step) => step.output),
    outputOptions(work),
  );
}

async function writePlanned(work: Work, layout: OutputPlan): Promise<Written> {
  const { checkpoints, options } = work;
  const folder = dirname(resolve(options.path));
  for (const { name } of layout.files) refuseIngredient(join(folder, name), checkpoints);
  throwIfCancelled(options.signal);
  const files = AtomicFiles.create(folder, layout.files);
  try {
    const mixed = await fill(work, layout, files);
    throwIfCancelled(options.signal);
    files.commit();
    return { ...mixed, files: layout.files.map(({ name }) => join(dirname(options.path), name)) };
  } finally {
    files.abandon();
  }
}

/** By way of a temporary safetensors file beside the output, which needs as much room again while it is there. */
async function assemble(work: Work, format: AssembledFormat): Promise<Written> {
  const { checkpoints, options } = work;
  const { path, signal, onProgress } = options;
  const outputs = work.plan.steps.map((step) => step.output);
  const wanted = outputOptions(work);
  checkWritable(format, outputs, wanted);
  refuseIngredient(path, checkpoints);
  const assembleOutput = await assemblerOf(format);
  const layout = planOutput('safetensors', outputs, { name: `${basename(path)}.soup`, metadata: {} });
  const parts = AtomicFiles.create(dirname(resolve(path)), layout.files);
  try {
    const mixed = await fill(work, layout, parts);
    using target = AtomicFile.create(path);
    const soup = await openCheckpoint(parts.partialPaths[0]!);
    try {
      await assembleOutput(inOrder(soup, outputs), target.partialPath, wanted, { signal, onProgress });
    } finally {
      soup.close();
    }
    throwIfCancelled(signal);
    target.commit();
    return { ...mixed, files: [path] };
  } finally {
    parts.abandon();
  }
}

/** With the tensors in the soup's order, which safetensors files do not keep. */
function inOrder(soup: Checkpoint, tensors: readonly TensorInfo[]): Checkpoint {
  return {
    path: soup.path,
    format: soup.format,
    files: soup.files,
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    metadata: soup.metadata,
    remarks: soup.remarks,
    read: (name, byteOffset, target) => soup.read(name, byteOffset, target),
    close: () => soup.close(),
  };
}

/** Mixes into the files that the layout asks for, under their partial names. */
async function fill(work: Work, layout: OutputPlan, files: AtomicFiles): Promise<Mixed> {
  const { mixture, plan, checkpoints, threads, options } = work;
  const tasks = divideWork(plan.steps, layout.needsChecksums);
  const nonFinite = new Set<number>();
  const checksums = new Map(plan.steps.map((step) => [step.output.name, 0]));
  let done = 0;
  const onResult = (result: TaskResult): void => {
    const task = tasks[result.task]!;
    if (result.nonFinite) nonFinite.add(task.step);
    checksums.set(plan.steps[task.step]!.output.name, result.checksum);
    done += inputBytesOf(task, plan.steps);
    options.onProgress?.({ stage: 'Merging', done, total: plan.inputBytes, unit: 'bytes' });
  };
  const target = { paths: files.partialPaths, places: layout.places, checksums: layout.needsChecksums };
  const share = new MergeShare(checkpoints, plan.steps, target);
  try {
    await mergeInThreads({ share, data: { mixture, target }, tasks, onResult, signal: options.signal }, threads);
  } finally {
    share.close();
  }
  for (const { file, offset, bytes } of layout.surroundings(checksums)) files.write(file, bytes, offset);
  return { nonFinite };
}

function threadsFor(plan: MixturePlan): number {
  return Math.min(MOST_THREADS, availableParallelism(), 1 + Math.floor(plan.inputBytes / BYTES_PER_THREAD));
}

/** Writing over an ingredient would destroy what the soup is made of, and what `verify` would compare it with. */
function refuseIngredient(path: string, checkpoints: readonly Checkpoint[]): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing === undefined) return;
  const clash = checkpoints
    .flatMap((checkpoint) => checkpoint.files)
    .find((file) => {
      const status = statSync(file);
      return status.dev === existing.dev && status.ino === existing.ino;
    });
  if (clash === undefined) return;
  throw new StockpotError({
    code: 'mix/output-is-ingredient',
    what: 'The output would overwrite one of the ingredients',
    where: clash,
    remedy: 'Choose another name for the output.',
  });
}
