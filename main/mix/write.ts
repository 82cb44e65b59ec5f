import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Checkpoint, TensorInfo } from '../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../checkpoints/open.ts';
import { originFilePath, renderOriginFile } from '../checkpoints/origin-file.ts';
import {
  type AssembledFormat,
  isAssembled,
  type LayoutOptions,
  type OutputFormat,
  outputFacts,
  type PlannedFormat,
} from '../checkpoints/output-formats.ts';
import type { OutputOptions } from '../checkpoints/output-plan.ts';
import { supersededFiles } from '../checkpoints/superseded-files.ts';
import { assemblerOf, checkWritable, formatOfPath, planOutput } from '../checkpoints/write-checkpoint.ts';
import { StockpotError, throwIfCancelled } from '../errors.ts';
import { AtomicFile, writeFileAtomically } from '../files/atomic-file.ts';
import { AtomicFiles } from '../files/atomic-files.ts';
import { hashFile } from '../files/hash-file.ts';
import type { OnProgress } from '../progress.ts';
import { type Filled, fillFiles, type MixtureWork } from './fill.ts';
import { filesOfMixture, type Mixture } from './mixture.ts';
import { closeIngredients, openIngredients } from './open-ingredients.ts';
import { planMixture } from './plan.ts';
import { type RoundingReport, roundingReport } from './rounding.ts';
import { threadsFor } from './thread-count.ts';
import { tiedTensors } from './tied-tensors.ts';

export interface WriteMixtureOptions {
  readonly path: string;
  /** By the path's extension when absent. */
  readonly format?: OutputFormat;
  /** Text kept in the file, or in one beside it (`originFilePath`) where the format has no room. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly layout?: LayoutOptions;
  /** As `OutputOptions.graph`. */
  readonly graph?: Uint8Array;
  /** Whether files that are there already may be replaced; never ingredients. True when absent. */
  readonly replace?: boolean;
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
  /** What the one rounding cost, where sums are written in a narrow type or one that was chosen. */
  readonly rounding: RoundingReport | undefined;
  /** What opening the ingredients had to remark. */
  readonly remarks: readonly string[];
  readonly threads: number;
}

/**
 * Computes a mixture and writes it as a checkpoint, atomically: on an error or when cancelled, what was at `path` before
 * stays. Memory follows the chunk size and the number of ingredients, never the files.
 * @throws StockpotError as `openCheckpoint`, `planMixture`, `planOutput` and `AtomicFiles`; `mix/output-is-ingredient`, `mix/output-exists`,
 *   `mix/thread-died`, `job/cancelled`
 */
export async function writeMixture(mixture: Mixture, options: WriteMixtureOptions): Promise<MixtureReport> {
  const checkpoints = await openIngredients(mixture.ingredients);
  try {
    const plan = planMixture(mixture, checkpoints);
    const format = options.format ?? formatOfPath(options.path);
    const threads = options.threads ?? threadsFor(plan);
    const { signal, onProgress } = options;
    const work: Work = { mixture, plan, checkpoints, threads, signal, onProgress, options };
    const written = isAssembled(format) ? await assemble(work, format) : await writePlanned(work, format);
    return {
      path: options.path,
      format,
      tensorCount: plan.steps.length,
      files: written.files,
      bytes: written.files.reduce((sum, file) => sum + statSync(file).size, 0),
      nonFinite: written.nonFinite,
      rounding: roundingReport(written.roundings),
      remarks: checkpoints.flatMap((checkpoint) => checkpoint.remarks.map((remark) => `${checkpoint.path}: ${remark}`)),
      threads,
    };
  } finally {
    closeIngredients(checkpoints);
  }
}

interface Work extends MixtureWork {
  readonly options: WriteMixtureOptions;
}

interface Written extends Filled {
  readonly files: readonly string[];
}

function outputOptions({ mixture, plan, checkpoints, options }: Work): OutputOptions {
  const { path, metadata = {}, layout, graph } = options;
  const first = checkpoints[0]!;
  const names = filesOfMixture(mixture)[0]!.reading?.names;
  const likeFirst =
    layout?.likeFirst === true ? { wrap: first.stateDict ?? '', ...(names === undefined ? {} : { names }) } : {};
  return {
    ...layout,
    ...likeFirst,
    name: basename(path),
    metadata,
    template: first,
    tied: tiedTensors(plan, checkpoints),
    ...(graph === undefined ? {} : { graph }),
  };
}

async function writePlanned(work: Work, format: PlannedFormat): Promise<Written> {
  const { path, signal } = work.options;
  const outputs = work.plan.steps.map((step) => step.output);
  const layout = planOutput(format, outputs, outputOptions(work));
  const folder = dirname(resolve(path));
  const names = layout.files.map(({ name }) => name);
  const superseded = await supersededFiles(path, names);
  refuseOutputs(work, [...names.map((name) => join(folder, name)), ...originFilesOf(work, format)]);
  for (const old of superseded) refuseIngredient(old, work.checkpoints);
  throwIfCancelled(signal);
  const files = AtomicFiles.create(folder, layout.files);
  try {
    const filled = await fillFiles(work, layout, files);
    const origin = await tellOrigin(work, format, names, files.partialPaths);
    throwIfCancelled(signal);
    files.commit(superseded);
    return { ...filled, files: [...origin, ...names.map((name) => join(dirname(path), name))] };
  } finally {
    files.abandon();
  }
}

/** By way of a temporary safetensors file beside the output, which needs as much room again while it is there. */
async function assemble(work: Work, format: AssembledFormat): Promise<Written> {
  const { path, signal, onProgress } = work.options;
  const outputs = work.plan.steps.map((step) => step.output);
  const wanted = outputOptions(work);
  checkWritable(format, outputs, wanted);
  refuseOutputs(work, [path, ...originFilesOf(work, format)]);
  const assembleOutput = await assemblerOf(format);
  const layout = planOutput('safetensors', outputs, { name: `${basename(path)}.soup`, metadata: {} });
  const parts = AtomicFiles.create(dirname(resolve(path)), layout.files);
  try {
    const filled = await fillFiles(work, layout, parts);
    using target = AtomicFile.create(path);
    const soup = await openCheckpoint(parts.partialPaths[0]!);
    try {
      await assembleOutput(inOrder(soup, outputs), target.partialPath, wanted, { signal, onProgress });
    } finally {
      soup.close();
    }
    const origin = await tellOrigin(work, format, [basename(path)], [target.partialPath]);
    throwIfCancelled(signal);
    target.commit();
    return { ...filled, files: [...origin, path] };
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

/** The text beside the output, where the format has no room for it. */
function originFilesOf({ options: { path, metadata = {} } }: Work, format: OutputFormat): readonly string[] {
  return outputFacts(format).hasMetadata || Object.keys(metadata).length === 0 ? [] : [originFilePath(path)];
}

/** Writes it, complete before the output has its name; it knows the output by its hash. */
async function tellOrigin(
  work: Work,
  format: OutputFormat,
  names: readonly string[],
  partialPaths: readonly string[],
): Promise<readonly string[]> {
  const { signal, metadata = {} } = work.options;
  const written = originFilesOf(work, format);
  for (const path of written) {
    const hashes: Record<string, string> = {};
    for (const [index, name] of names.entries()) {
      hashes[name] = await hashFile(partialPaths[index]!, signal === undefined ? {} : { signal });
    }
    throwIfCancelled(signal);
    writeFileAtomically(path, renderOriginFile(hashes, metadata));
  }
  return written;
}

/** Before anything is written. */
function refuseOutputs({ checkpoints, options: { replace = true } }: Work, paths: readonly string[]): void {
  for (const path of paths) refuseIngredient(path, checkpoints);
  const existing = replace ? [] : paths.filter((path) => existsSync(path));
  if (existing.length === 0) return;
  throw new StockpotError({
    code: 'mix/output-exists',
    what: 'The output exists already',
    where: existing[0]!,
    details: existing.slice(1),
    remedy: 'Choose another name, or replace it with --force.',
  });
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
