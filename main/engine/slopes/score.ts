import type { Split } from '../../data/split.ts';
import type { DerivativeSession } from '../../runtimes/tfjs/derivative-session.ts';
import type { SlopesObjective } from '../protocol.ts';
import type { BatchReader } from '../tasks/feeds.ts';

/** Samples in one forward pass, as everywhere else. */
export const FORWARD_BATCH = 250;

export interface RowsScore {
  /** Mean over the rows. */
  readonly loss: number;
  readonly correct: number;
}

/** What the session's weights make of some rows; the sums in f64, in the order of the rows. */
export async function scoreRows(
  session: DerivativeSession,
  { reader, split }: { readonly reader: BatchReader; readonly split: Split },
  rows: readonly number[],
  objective: SlopesObjective,
  logitScale: number,
): Promise<RowsScore> {
  let [loss, correct] = [0, 0];
  for (let start = 0; start < rows.length; start += FORWARD_BATCH) {
    const batch = rows.slice(start, start + FORWARD_BATCH);
    const { data } = await session.run(reader.feeds(reader.samples(batch)));
    const classes = data.length / batch.length;
    for (const [at, row] of batch.entries()) {
      const logits = data.subarray(at * classes, (at + 1) * classes);
      const label = split.labels[row]!;
      const logarithms = logSoftmax(logits, logitScale);
      loss += objective === 'cross-entropy' ? -logarithms[label]! : entropyOf(logarithms);
      if (largestOf(logits) === label) correct += 1;
    }
  }
  return { loss: loss / rows.length, correct };
}

function logSoftmax(logits: Float32Array, scale: number): Float64Array {
  const scaled = Float64Array.from(logits, (logit) => scale * logit);
  const largest = scaled.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const sum = scaled.reduce((total, value) => total + Math.exp(value - largest), 0);
  const shift = largest + Math.log(sum);
  return scaled.map((value) => value - shift);
}

function entropyOf(logarithms: Float64Array): number {
  return -logarithms.reduce((total, logarithm) => {
    const probability = Math.exp(logarithm);
    return probability === 0 ? total : total + probability * logarithm;
  }, 0);
}

/** Index of the largest; ties: the earlier one. */
function largestOf(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
