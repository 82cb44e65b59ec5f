import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { buildArchitecture } from '../../architectures/build.ts';
import { openSplit } from '../../data/open-split.ts';
import type { Split } from '../../data/split.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { correctness } from '../../metrics/classification.ts';
import type { Session } from '../../runtimes/runtime.ts';
import type { TaskReports } from '../engine.ts';
import type { HeatResult, HeatTask } from '../protocol.ts';
import { checkSplitFits } from './feeds.ts';
import { forwardRows } from './forward.ts';
import { runtimeFor } from './runtimes.ts';
import { resolveWeights } from './weights.ts';

/**
 * Runs a network over the rows of a task until its end or until it has missed too many.
 * @throws StockpotError `engine/split-does-not-fit`, and as opening checkpoints, splits and runtimes does
 */
export async function heat(task: HeatTask, reports: TaskReports): Promise<HeatResult> {
  checkSplitFits(task.architecture, task.split);
  const startedAt = performance.now();
  const architecture = buildArchitecture(task.architecture);
  const runtime = await runtimeFor(task.runtime);
  // Of a few rows, only those are read.
  const split = 2 * task.rows.length < task.split.sampleCount ? openSplit(task.split, 0) : openSplit(task.split);
  try {
    const session = await runtime.open(architecture.graph, await resolveWeights(task.weights, architecture));
    try {
      const logits = await logitsOf(session, task, split, reports);
      const bytes = new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength);
      // Read once and taken away, so nothing has to outlast a power cut.
      withFileErrors(task.logitsPath, () => writeFileSync(task.logitsPath, bytes));
      return {
        kind: 'heat',
        runtimeIdentity: runtime.identity,
        seconds: (performance.now() - startedAt) / 1000,
      };
    } finally {
      await session.dispose();
    }
  } finally {
    split.close();
  }
}

async function logitsOf(session: Session, task: HeatTask, split: Split, reports: TaskReports): Promise<Float32Array> {
  const { architecture, batch: size, mayMiss = Number.POSITIVE_INFINITY } = task;
  const { classes } = architecture;
  const rows = Int32Array.from(task.rows);
  const logits = new Float32Array(rows.length * classes);
  let missed = 0;
  for await (const batch of forwardRows(session, architecture, split, rows, size)) {
    logits.set(batch.logits, batch.start * classes);
    const seen = batch.start + batch.count;
    reports.onProgress({ stage: 'Racing', done: seen, total: rows.length, unit: 'images' });
    const labels = Int32Array.from(rows.subarray(batch.start, seen), (row) => split.labels[row]!);
    missed += batch.count - correctness(batch.logits, labels).reduce((sum, hit) => sum + hit, 0);
    if (missed > mayMiss) return logits.slice(0, seen * classes);
    // Lets the parent's messages, its end among them, be heard.
    await setImmediate();
  }
  return logits;
}
