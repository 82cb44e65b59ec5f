import type * as tf from '@tensorflow/tfjs-core';
import { StockpotError } from '../../errors.ts';

/** @throws StockpotError `runtime/shape-mismatch` where labels are not one class of the logits for each row of them */
export function checkLabels(logits: tf.Tensor, labels: Int32Array): void {
  const [batch, classes] = logits.shape;
  if (logits.rank === 2 && batch === labels.length && labels.every((label) => label >= 0 && label < classes!)) return;
  throw new StockpotError({
    code: 'runtime/shape-mismatch',
    what: `${labels.length} labels do not fit logits of shape [${logits.shape.join(', ')}]`,
    remedy: 'Train an architecture with one row of logits per sample and as many classes as the data has',
  });
}
