import { setImmediate } from 'node:timers/promises';
import { buildArchitecture } from '../../architectures/build.ts';
import { openSplit } from '../../data/open-split.ts';
import type { Split } from '../../data/split.ts';
import { AtomicFile } from '../../files/atomic-file.ts';
import type { Session } from '../../runtimes/runtime.ts';
import type { TaskReports } from '../engine.ts';
import type { EvaluateResult, EvaluateTask } from '../protocol.ts';
import { checkSplitFits } from './feeds.ts';
import { forward } from './forward.ts';
import { runtimeFor } from './runtimes.ts';
import { resolveWeights } from './weights.ts';

/**
 * Writes every subject's logits over a split, each file complete or absent.
 * @throws StockpotError `engine/split-does-not-fit`, and as opening checkpoints, splits and runtimes does
 */
export async function evaluate(task: EvaluateTask, reports: TaskReports): Promise<EvaluateResult> {
  checkSplitFits(task.architecture, task.split);
  const architecture = buildArchitecture(task.architecture);
  const runtime = await runtimeFor(task.runtime);
  const split = openSplit(task.split);
  const subjects: { seconds: number }[] = [];
  try {
    for (const [index, subject] of task.subjects.entries()) {
      const startedAt = performance.now();
      const session = await runtime.open(architecture.graph, await resolveWeights(subject.weights, architecture));
      try {
        await writeLogits(session, task, split, subject.logitsPath, (images) => {
          reports.onProgress({
            stage: 'Evaluating',
            done: index * split.sampleCount + images,
            total: task.subjects.length * split.sampleCount,
            unit: 'images',
          });
        });
      } finally {
        await session.dispose();
      }
      subjects.push({ seconds: (performance.now() - startedAt) / 1000 });
    }
  } finally {
    split.close();
  }
  return { kind: 'evaluate', runtimeIdentity: runtime.identity, subjects };
}

async function writeLogits(
  session: Session,
  { architecture }: EvaluateTask,
  split: Split,
  path: string,
  onImages: (done: number) => void,
): Promise<void> {
  const rowBytes = architecture.classes * Float32Array.BYTES_PER_ELEMENT;
  using file = AtomicFile.create(path, split.sampleCount * rowBytes);
  for await (const { start, count, logits } of forward(session, architecture, split)) {
    file.write(new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength), start * rowBytes);
    onImages(start + count);
    // Lets the parent's messages, its end among them, be heard.
    await setImmediate();
  }
  file.commit();
}
