import { classCountOf, predictedClasses, probabilities } from './classification.ts';

interface CalibrationBin {
  /** Predictions whose confidence is in (low, high]. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Means over the bin; 0 when it is empty. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Calibration {
  /** Expected calibration error, 0 … 1. */
  readonly error: number;
  readonly bins: readonly CalibrationBin[];
}

/**
 * Expected calibration error: the mean distance between confidence and accuracy over bins of equal width, weighted by their
 * counts (Guo, Pleiss, Sun & Weinberger 2017, section 2). Rows with NaN are left out.
 */
export function calibration(logits: Float32Array, labels: Int32Array, binCount = 15): Calibration {
  const classes = classCountOf(logits, labels);
  const shares = probabilities(logits, classes);
  const predicted = predictedClasses(logits, classes);
  const sums = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, correct: 0 }));
  let total = 0;
  predicted.forEach((chosen, row) => {
    if (chosen < 0) return;
    const confidence = shares[row * classes + chosen]!;
    const bin = sums[Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1))]!;
    bin.count += 1;
    bin.confidence += confidence;
    bin.correct += chosen === labels[row] ? 1 : 0;
    total += 1;
  });
  const bins = sums.map(({ count, confidence, correct }, i) => ({
    low: i / binCount,
    high: (i + 1) / binCount,
    count,
    confidence: count === 0 ? 0 : confidence / count,
    accuracy: count === 0 ? 0 : correct / count,
  }));
  const gap = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0);
  return { error: total === 0 ? 0 : gap / total, bins };
}
