import { BYTES_PER_ELEMENT, type Checkpoint } from '../checkpoints/checkpoint.ts';
import type { OutputPlan } from '../checkpoints/output-plan.ts';
import type { AtomicFiles } from '../files/atomic-files.ts';
import { EarlySync } from '../files/early-sync.ts';
import type { OnProgress } from '../progress.ts';
import { divideWork, inputBytesOf, MergeShare, type TaskResult } from './merge-share.ts';
import { mergeInThreads } from './merge-threads.ts';
import type { Mixture } from './mixture.ts';
import type { MixturePlan } from './plan.ts';
import { addRoundings, type RoundingSums } from './rounding.ts';
import { takesLong } from './thread-count.ts';

/** A mixture that is ready to be computed. */
export interface MixtureWork {
  readonly mixture: Mixture;
  readonly plan: MixturePlan;
  readonly checkpoints: readonly Checkpoint[];
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

export interface Filled {
  /** Tensors that hold NaN or infinite values. */
  readonly nonFinite: readonly string[];
  /** What rounding cost, by tensor, where it was measured. */
  readonly roundings: ReadonlyMap<string, RoundingSums>;
}

/** Mixes into the files that a layout asks for, under their partial names. */
export async function fillFiles(work: MixtureWork, layout: OutputPlan, files: AtomicFiles): Promise<Filled> {
  const { mixture, plan, checkpoints, threads, signal, onProgress } = work;
  const tasks = divideWork(plan.steps, layout.needsChecksums);
  const results = new Array<TaskResult | undefined>(tasks.length);
  const sync = new EarlySync(files.partialPaths);
  let done = 0;
  const onResult = (result: TaskResult): void => {
    const task = tasks[result.task]!;
    results[result.task] = result;
    const { name, dtype } = plan.steps[task.step]!.output;
    sync.wrote(layout.places.get(name)!.file, task.count * BYTES_PER_ELEMENT[dtype]);
    done += inputBytesOf(task, plan.steps);
    onProgress?.({ stage: 'Merging', done, total: plan.inputBytes, unit: 'bytes' });
  };
  const target = {
    paths: files.partialPaths,
    places: layout.places,
    widened: layout.widened ?? new Map(),
    checksums: layout.needsChecksums,
  };
  // A task that takes long would keep this thread from everything else it does.
  const share = takesLong(tasks, plan.steps) ? undefined : new MergeShare(checkpoints, plan.steps, target);
  const data = { mixture, job: { kind: 'write', target } } as const;
  try {
    await mergeInThreads({ share, data, tasks, onResult, signal }, threads);
  } finally {
    share?.close();
    await sync.settle();
  }
  sync.check();
  const resultsOf = Map.groupBy(results as readonly TaskResult[], ({ task }) => tasks[task]!.step);
  const checksums = new Map(
    plan.steps.map(({ output }, step) => [output.name, resultsOf.get(step)?.[0]?.checksum ?? 0]),
  );
  for (const { file, offset, bytes } of layout.surroundings(checksums)) files.write(file, bytes, offset);
  return gather(plan, resultsOf);
}

/** In the order of the tasks, so that sums do not depend on which thread was faster. */
function gather({ steps }: MixturePlan, resultsOf: ReadonlyMap<number, readonly TaskResult[]>): Filled {
  const nonFinite: string[] = [];
  const roundings = new Map<string, RoundingSums>();
  for (const [step, { output, isMeasured }] of steps.entries()) {
    const results = resultsOf.get(step) ?? [];
    if (results.some((result) => result.nonFinite)) nonFinite.push(output.name);
    if (isMeasured) roundings.set(output.name, addRoundings(results.flatMap(({ rounding }) => rounding ?? [])));
  }
  return { nonFinite, roundings };
}
