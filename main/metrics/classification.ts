/**
 * Scores of a classifier from its logits: F32, row-major [labels.length, classes]. Sums are kept in f64. Lengths that don't
 * belong together are the caller's mistake: `RangeError`.
 */
export interface ClassificationScore {
  readonly correct: number;
  readonly total: number;
  /** correct / total */
  readonly accuracy: number;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
}

/** Number of classes of a logits array that has one row per label. */
export function classCountOf(logits: Float32Array, labels: Int32Array): number {
  const classes = logits.length / labels.length;
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(`${logits.length} logits are not one row for each of ${labels.length} labels`);
  }
  return classes;
}

export function scoreLogits(logits: Float32Array, labels: Int32Array): ClassificationScore {
  const hits = correctness(logits, labels);
  const correct = hits.reduce((sum, hit) => sum + hit, 0);
  return { correct, total: labels.length, accuracy: correct / labels.length, loss: meanCrossEntropy(logits, labels) };
}

/**
 * The predicted class of each row: that of the largest logit, the lowest one of equals, as `torch.max` chooses. A row with
 * NaN predicts nothing (−1), so that a diverged model is not credited with class 0.
 */
export function predictedClasses(logits: Float32Array, classCount: number): Int32Array {
  return Int32Array.from({ length: logits.length / classCount }, (_, row) =>
    argmax(logits, row * classCount, classCount),
  );
}

/** 1 where the prediction is the label, 0 elsewhere. */
export function correctness(logits: Float32Array, labels: Int32Array): Uint8Array {
  const classes = classCountOf(logits, labels);
  const hits = new Uint8Array(labels.length);
  for (let row = 0; row < hits.length; row++)
    hits[row] = argmax(logits, row * classes, classes) === labels[row] ? 1 : 0;
  return hits;
}

/** −log softmax(logits)[label] of each row, nats; infinite where the label has probability 0. */
export function crossEntropies(logits: Float32Array, labels: Int32Array): Float64Array {
  const classes = classCountOf(logits, labels);
  return Float64Array.from(
    labels,
    (label, row) => logSumExp(logits, row * classes, classes) - logits[row * classes + label]!,
  );
}

function meanCrossEntropy(logits: Float32Array, labels: Int32Array): number {
  return crossEntropies(logits, labels).reduce((sum, loss) => sum + loss, 0) / labels.length;
}

/** Each row's logit of the label minus the largest other one: negative where the prediction is wrong. */
export function margins(logits: Float32Array, labels: Int32Array): Float64Array {
  const classes = classCountOf(logits, labels);
  return Float64Array.from(labels, (label, row) => {
    let rival = -Infinity;
    for (let c = 0; c < classes; c++) if (c !== label) rival = Math.max(rival, logits[row * classes + c]!);
    return logits[row * classes + label]! - rival;
  });
}

/**
 * How often each class (row) is predicted as each class (column): [classes × classes], row-major. Rows with NaN count nowhere.
 */
export function confusionMatrix(logits: Float32Array, labels: Int32Array): Int32Array {
  const classes = classCountOf(logits, labels);
  const counts = new Int32Array(classes * classes);
  for (let row = 0; row < labels.length; row++) {
    const predicted = argmax(logits, row * classes, classes);
    if (predicted >= 0) counts[labels[row]! * classes + predicted]! += 1;
  }
  return counts;
}

/** softmax of each row, F64 [rows, classes]. */
export function probabilities(logits: Float32Array, classCount: number): Float64Array {
  const result = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classCount) {
    const normalizer = logSumExp(logits, start, classCount);
    for (let c = start; c < start + classCount; c++) result[c] = Math.exp(logits[c]! - normalizer);
  }
  return result;
}

function argmax(logits: Float32Array, start: number, classes: number): number {
  let best = 0;
  for (let c = 0; c < classes; c++) {
    const value = logits[start + c]!;
    if (Number.isNaN(value)) return -1;
    if (value > logits[start + best]!) best = c;
  }
  return best;
}

/** log Σ exp, with the largest logit taken out first so that nothing overflows. */
function logSumExp(logits: Float32Array, start: number, classes: number): number {
  let largest = -Infinity;
  for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[start + c]!);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(logits[start + c]! - largest);
  return largest + Math.log(sum);
}
