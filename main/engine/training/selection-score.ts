import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { Split } from '../../data/split.ts';
import { type ClassificationScore, scoreLogits } from '../../metrics/classification.ts';
import type { Session } from '../../runtimes/runtime.ts';
import { forward } from '../tasks/forward.ts';

/** How a session does on a split right now. */
export async function scoreSelection(
  session: Session,
  spec: ArchitectureSpec,
  split: Split,
): Promise<ClassificationScore> {
  let all = new Float32Array(0);
  for await (const { start, count, logits } of forward(session, spec, split)) {
    const classes = logits.length / count;
    if (start === 0) all = new Float32Array(split.sampleCount * classes);
    all.set(logits, start * classes);
  }
  return scoreLogits(all, split.labels);
}
