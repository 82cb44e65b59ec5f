import { readFileSync } from 'node:fs';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { openSplit } from '../../main/data/open-split.ts';
import type { SplitRef } from '../../main/data/split.ts';
import type { SlopesQuestion } from '../../main/engine/protocol.ts';
import { BatchReader } from '../../main/engine/tasks/feeds.ts';
import { serveSlopes } from '../../main/engine/tasks/slopes.ts';
import { createOptimizer } from '../../main/engine/training/optimizers.ts';
import { openTfjsRuntime } from '../../main/runtimes/devices.ts';

/** What a process of its own is to measure: ordinary training steps, or steps of learning a mixture. */
export interface StepsTask {
  readonly kind: 'train' | 'learn';
  readonly spec: ArchitectureSpec;
  readonly paths: readonly string[];
  readonly keptBytes: number;
  readonly split: SplitRef;
  readonly batch: number;
  readonly steps: number;
}

export interface StepsResult {
  readonly runtime: string;
  /** One per step, the first ones left out. */
  readonly seconds: readonly number[];
  /** Largest resident set of the process, bytes. */
  readonly peakBytes: number;
  /** Each ingredient read once. */
  readonly readSeconds: number;
}

const WARM_UP = 2;

async function train({ spec, paths, split: ref, batch, steps }: StepsTask): Promise<Omit<StepsResult, 'peakBytes'>> {
  const architecture = buildArchitecture(spec);
  const runtime = await openTfjsRuntime('auto');
  const checkpoint = await openCheckpoint(paths[0]!);
  const session = await runtime.openTraining(architecture.graph, readWeights(checkpoint));
  checkpoint.close();
  const optimizer = createOptimizer({ optimizer: 'adamw', momentum: 0, weightDecay: 0.01 });
  const split = openSplit(ref);
  const reader = new BatchReader(split, spec, batch);
  const seconds: number[] = [];
  for (let step = 0; step < WARM_UP + steps; step++) {
    const startedAt = performance.now();
    const rows = rowsOf(step, batch, ref);
    optimizer.beginStep(1e-4);
    await session.step(
      reader.feeds(reader.samples(rows)),
      Int32Array.from(rows, (row) => split.labels[row]!),
      { labelSmoothing: 0, update: (name, parameter, gradient) => optimizer.update(name, parameter, gradient) },
    );
    seconds.push((performance.now() - startedAt) / 1000);
  }
  split.close();
  return { runtime: runtime.identity, seconds: seconds.slice(WARM_UP), readSeconds: 0 };
}

async function learn({
  spec,
  paths,
  keptBytes,
  split,
  batch,
  steps,
}: StepsTask): Promise<Omit<StepsResult, 'peakBytes'>> {
  const seconds: number[] = [];
  let runtime = '';
  let startedAt = 0;
  async function* questions(): AsyncGenerator<SlopesQuestion> {
    for (let step = 0; step < WARM_UP + steps; step++) {
      startedAt = performance.now();
      yield {
        want: 'slopes',
        coefficients: [paths.map(() => 1 / paths.length)],
        rows: rowsOf(step, batch, split),
        objective: 'cross-entropy',
        logitScale: 1,
      };
    }
  }
  await serveSlopes(
    {
      kind: 'slopes',
      architecture: spec,
      device: 'auto',
      ingredients: paths.map((path) => ({ path, sha256: '' })),
      groups: [{ name: 'all', tensors: buildArchitecture(spec).parameters.map(({ name }) => name) }],
      fixed: [],
      split,
      keptBytes,
    },
    {
      opened: ({ runtimeIdentity }) => {
        runtime = runtimeIdentity;
      },
      questions: questions(),
      answer: () => void seconds.push((performance.now() - startedAt) / 1000),
    },
  );
  return { runtime, seconds: seconds.slice(WARM_UP), readSeconds: 0 };
}

function rowsOf(step: number, batch: number, { sampleCount }: SplitRef): readonly number[] {
  return Array.from({ length: batch }, (_, k) => (step * batch + k) % sampleCount);
}

/** As fast as the disk, or what the system keeps of it, gives the files. */
function readAll(paths: readonly string[]): number {
  const startedAt = performance.now();
  for (const path of paths) readFileSync(path);
  return (performance.now() - startedAt) / 1000;
}

const task = JSON.parse(process.argv[2]!) as StepsTask;
const result = await (task.kind === 'train' ? train(task) : learn(task));
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ ...result, peakBytes, readSeconds: readAll(task.paths) } satisfies StepsResult));
process.exit();
