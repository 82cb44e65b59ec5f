import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { mnistSplits } from '../../main/data/mnist.ts';
import { prepareSplit } from '../../main/data/prepare.ts';
import type { BenchContext, BenchTable, BenchTarget } from '../bench.ts';
import { measureCommand, median } from '../measure.ts';
import { round } from '../report.ts';
import { ARCHITECTURE } from './ingredients.ts';
import type { StepsResult, StepsTask } from './learning-steps.ts';

const STEPS_SCRIPT = fileURLToPath(new URL('./learning-steps.ts', import.meta.url));
const COUNTS = [5, 30];
/** What a step may take, in ordinary training steps, beside reading the ingredients twice. */
const MOST_STEPS = 1.5;

interface Case {
  readonly name: string;
  readonly spec: ArchitectureSpec;
  readonly batch: number;
  readonly steps: number;
  /** Megabytes that ingredients may take in memory. */
  readonly budget: number;
}

const CASES: readonly Case[] = [
  { name: 'the demo’s network', spec: ARCHITECTURE, batch: 64, steps: 20, budget: 64 },
  {
    name: 'ResNet-18',
    spec: { family: 'resnet', depth: 18, inputShape: [1, 28, 28], classes: 10 },
    batch: 64,
    steps: 3,
    budget: 100,
  },
];

/** Steps of a learned soup against ordinary training steps (AdamW) of the same network: time, and memory within a budget. */
export async function learnedWeights({
  folder,
  repeats,
  log,
}: BenchContext): Promise<{ readonly table: BenchTable; readonly targets: readonly BenchTarget[] }> {
  const own = join(folder, 'learned-weights');
  mkdirSync(own, { recursive: true });
  const split = await prepareSplit(mnistSplits(1).selection, { cacheFolder: join(own, 'splits') });
  const rows: (readonly string[])[] = [];
  const targets: BenchTarget[] = [];
  for (const { name, spec, batch, steps, budget } of CASES) {
    const paths = writeIngredients(own, spec, Math.max(...COUNTS));
    const measure = async (kind: StepsTask['kind'], count: number): Promise<StepsResult> => {
      const keptBytes = budget * 1e6;
      const task: StepsTask = { kind, spec, paths: paths.slice(0, count), keptBytes, split, batch, steps };
      const { stdout } = await measureCommand(process.execPath, [STEPS_SCRIPT, JSON.stringify(task)], own);
      return JSON.parse(stdout) as StepsResult;
    };
    const results = new Map<number, StepsResult[]>([0, ...COUNTS].map((count) => [count, []]));
    for (let i = 0; i < repeats; i++) {
      for (const [count, found] of results) found.push(await measure(count === 0 ? 'train' : 'learn', count || 1));
    }
    const summary = (count: number) => {
      const found = results.get(count)!;
      return {
        runtime: found[0]!.runtime,
        seconds: median(found.flatMap(({ seconds }) => seconds)),
        peak: median(found.map(({ peakBytes }) => peakBytes)),
        read: median(found.map(({ readSeconds }) => readSeconds)),
      };
    };
    const training = summary(0);
    rows.push([`${name}: training, ${training.runtime}`, ...cells(training.seconds, training.peak)]);
    for (const count of COUNTS) {
      const { seconds, peak, read } = summary(count);
      const allowed = MOST_STEPS * training.seconds + 2 * read;
      const above = (peak - training.peak) / 1e6;
      log(`${name}, ${count} ingredients: ${round(seconds / allowed)} of the time allowed, ${round(above)} MB more`);
      rows.push([
        `${name}: learning from ${count} ingredients, ${budget} MB`,
        ...cells(seconds, peak),
        `${round(1000 * allowed)}`,
        round(above),
      ]);
      targets.push(
        {
          name: `a step, ${name}, ${count} ingredients`,
          measured: seconds / allowed,
          limit: 1,
          unit: 'of the time allowed',
        },
        { name: `memory above training, ${name}, ${count} ingredients`, measured: above, limit: budget, unit: 'MB' },
      );
    }
    rmSync(join(own, 'ingredients'), { recursive: true });
  }
  const title = 'Learned soups over weights';
  return { table: { title, columns: ['', 'ms a step', 'peak MB', 'ms allowed', 'MB above training'], rows }, targets };
}

function cells(seconds: number, peakBytes: number): readonly string[] {
  return [round(1000 * seconds), round(peakBytes / 1e6)];
}

/** Two networks under many names: what is measured does not depend on their values. */
function writeIngredients(folder: string, spec: ArchitectureSpec, count: number): readonly string[] {
  const home = join(folder, 'ingredients');
  mkdirSync(home, { recursive: true });
  const paths = Array.from({ length: count }, (_, i) => join(home, `i${i}.safetensors`));
  for (const [i, path] of paths.entries()) {
    if (i < 2) writeCheckpoint(path, 'safetensors', initialWeights(buildArchitecture(spec), i));
    else linkSync(paths[i % 2]!, path);
  }
  return paths;
}
