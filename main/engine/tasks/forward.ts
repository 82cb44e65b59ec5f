import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { Split } from '../../data/split.ts';
import type { Session } from '../../runtimes/runtime.ts';
import { BatchReader } from './feeds.ts';

/**
 * Samples in one forward pass. Fixed, because a runtime may choose its kernels by the size of a batch, and predictions are
 * kept by what produced them.
 */
const BATCH = 250;

interface LogitsBatch {
  /** How many samples came before it. */
  readonly start: number;
  readonly count: number;
  /** F32 [count, classes] */
  readonly logits: Float32Array;
}

/** Logits of every sample of a split, in the split's order, a batch at a time. */
export function forward(session: Session, spec: ArchitectureSpec, split: Split): AsyncGenerator<LogitsBatch> {
  return forwardRows(
    session,
    spec,
    split,
    Int32Array.from({ length: split.sampleCount }, (_, row) => row),
    BATCH,
  );
}

/** Logits of some samples of a split, in the order given, `batch` of them at a time. */
export async function* forwardRows(
  session: Session,
  spec: ArchitectureSpec,
  split: Split,
  rows: Int32Array,
  batch: number,
): AsyncGenerator<LogitsBatch> {
  const reader = new BatchReader(split, spec, Math.min(batch, rows.length));
  for (let start = 0; start < rows.length; start += batch) {
    const some = rows.subarray(start, start + batch);
    const output = await session.run(reader.feeds(reader.samples(some)));
    yield { start, count: some.length, logits: output.data };
  }
}
