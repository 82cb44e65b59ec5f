import { setImmediate } from 'node:timers/promises';
import { buildArchitecture } from '../../architectures/build.ts';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import { writeCheckpoint } from '../../checkpoints/write-checkpoint.ts';
import { openSplit } from '../../data/open-split.ts';
import type { Split } from '../../data/split.ts';
import { StockpotError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { Random } from '../../random.ts';
import type { StatisticsSession } from '../../runtimes/tfjs/statistics-session.ts';
import type { TaskReports } from '../engine.ts';
import type { StatisticsResult, StatisticsTask } from '../protocol.ts';
import { BatchReader, checkSplitFits } from './feeds.ts';
import { trainingRuntimeFor } from './runtimes.ts';
import { resolveWeights } from './weights.ts';

/**
 * Writes the network with BatchNorm's running statistics estimated on the split's inputs; labels are not looked at. Samples are drawn
 * without replacement in an order that the seed gives. A last batch that is not full is left out where there is a full one: each batch
 * counts the same.
 * @throws StockpotError `statistics/none`, `engine/split-does-not-fit`, and as opening checkpoints, splits and runtimes does
 */
export async function estimateStatistics(task: StatisticsTask, reports: TaskReports): Promise<StatisticsResult> {
  const startedAt = performance.now();
  checkSplitFits(task.architecture, task.split);
  const architecture = buildArchitecture(task.architecture);
  const weights = await resolveWeights(task.weights, architecture);
  const runtime = await trainingRuntimeFor(task.device);
  const session = runtime.openStatistics(architecture.graph, weights);
  const split = openSplit(task.split);
  try {
    if (session.names.length === 0) throw noStatistics(architecture.name);
    const rows = drawnRows(split.sampleCount, task);
    const batches = await observeBatches(session, task, split, rows, reports.onProgress);
    const estimated: Weights = new Map([...weights, ...session.statistics()]);
    writeCheckpoint(task.path, 'safetensors', estimated, { format: 'pt' });
    return {
      kind: 'statistics',
      runtimeIdentity: runtime.identity,
      samples: rows.length,
      batches,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    session.dispose();
    split.close();
  }
}

function drawnRows(sampleCount: number, { samples, batchSize, seed }: StatisticsTask): Int32Array {
  const order = new Random(seed, 'batch-norm').permutation(sampleCount);
  const wanted = Math.min(samples, sampleCount);
  return order.slice(0, wanted < batchSize ? wanted : wanted - (wanted % batchSize));
}

async function observeBatches(
  session: StatisticsSession,
  { architecture, batchSize }: StatisticsTask,
  split: Split,
  rows: Int32Array,
  onProgress: OnProgress,
): Promise<number> {
  const reader = new BatchReader(split, architecture, batchSize);
  let batches = 0;
  for (let start = 0; start < rows.length; start += batchSize, batches++) {
    const batch = rows.subarray(start, start + batchSize);
    session.observe(reader.feeds(reader.samples(batch)));
    const done = start + batch.length;
    onProgress({ stage: 'Re-estimating BatchNorm statistics', done, total: rows.length, unit: 'images' });
    // Lets the parent's messages, its end among them, be heard.
    await setImmediate();
  }
  return batches;
}

function noStatistics(architecture: string): StockpotError {
  return new StockpotError({
    code: 'statistics/none',
    what: `${architecture} has no BatchNorm layers, so there are no statistics to estimate`,
    remedy: 'Leave batchNorm out of the recipe.',
  });
}
