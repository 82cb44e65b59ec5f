import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { Split } from '../../data/split.ts';
import type { Session } from '../../runtimes/runtime.ts';
import { BatchReader } from './feeds.ts';

/**
 * Samples in one forward pass. Fixed, because a runtime may choose its kernels by the size of a batch, and predictions are
 * kept by what produced them.
 */
const BATCH = 250;

export interface LogitsBatch {
  /** Row of the first sample. */
  readonly start: number;
  readonly count: number;
  /** F32 [count, classes] */
  readonly logits: Float32Array;
}

/** Logits of every sample of a split, in the split's order, a batch at a time. */
export async function* forward(session: Session, spec: ArchitectureSpec, split: Split): AsyncGenerator<LogitsBatch> {
  const reader = new BatchReader(split, spec, BATCH);
  for (let start = 0; start < split.sampleCount; start += BATCH) {
    const count = Math.min(BATCH, split.sampleCount - start);
    const rows = Int32Array.from({ length: count }, (_, i) => start + i);
    const output = await session.run(reader.feeds(reader.samples(rows)));
    yield { start, count, logits: output.data };
  }
}
