import type { Metric } from './metric.ts';
import type { Predictions } from './predictions.ts';

const BINS = 15;

export const calibrationError: Metric = {
  id: 'calibration-error',
  label: 'Calibration error',
  phrase: 'calibration error',
  unit: 'share',
  better: 'lower',
  description:
    'How far confidence is from accuracy: of predictions made with 80 % confidence, 80 % should be right. It says nothing about how many are right.',
  computation: `The probability of the predicted class is its confidence; over ${BINS} bins of equal width, |accuracy − mean confidence| weighted by how many samples are in the bin.`,
  source: 'Guo, Pleiss, Sun & Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, section 2 (ECE)',
  test: 'bootstrap',
  isProportion: false,
  kind: 'whole',
  leastClasses: 2,
  sampler: (predictions) => {
    const { confidences, hits } = confidencesOf(predictions);
    const bins = binSums(BINS);
    return (rows) => {
      fill(bins, { confidences, hits }, rows);
      return errorOf(bins, rows?.length ?? confidences.length);
    };
  },
};

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
  /** Expected calibration error, 0 … 1; NaN where some outputs are not numbers. */
  readonly error: number;
  readonly bins: readonly CalibrationBin[];
}

/** Confidence against accuracy, bin by bin, and the error that comes of it. */
export function calibration(predictions: Predictions, binCount = BINS): Calibration {
  const bins = binSums(binCount);
  fill(bins, confidencesOf(predictions));
  return {
    error: errorOf(bins, predictions.sampleCount),
    bins: Array.from(bins.count, (count, i) => ({
      low: i / binCount,
      high: (i + 1) / binCount,
      count,
      confidence: count === 0 ? 0 : bins.confidence[i]! / count,
      accuracy: count === 0 ? 0 : bins.correct[i]! / count,
    })),
  };
}

interface Confidences {
  /** Of the predicted class; NaN where nothing is predicted. */
  readonly confidences: Float64Array;
  readonly hits: Uint8Array;
}

function confidencesOf({ predicted, probabilities, classCount, hits }: Predictions): Confidences {
  return {
    confidences: Float64Array.from(predicted, (chosen, row) =>
      chosen < 0 ? Number.NaN : probabilities[row * classCount + chosen]!,
    ),
    hits,
  };
}

interface BinSums {
  readonly count: Float64Array;
  readonly confidence: Float64Array;
  readonly correct: Float64Array;
}

function binSums(count: number): BinSums {
  return {
    count: new Float64Array(count),
    confidence: new Float64Array(count),
    correct: new Float64Array(count),
  };
}

/** Samples without a confidence are in no bin. */
function fill({ count, confidence, correct }: BinSums, { confidences, hits }: Confidences, rows?: Int32Array): void {
  for (const sums of [count, confidence, correct]) sums.fill(0);
  const bins = count.length;
  const length = rows?.length ?? confidences.length;
  for (let i = 0; i < length; i++) {
    const row = rows === undefined ? i : rows[i]!;
    const own = confidences[row]!;
    if (Number.isNaN(own)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(own * bins) - 1));
    count[bin]! += 1;
    confidence[bin]! += own;
    correct[bin]! += hits[row]!;
  }
}

function errorOf({ count, confidence, correct }: BinSums, total: number): number {
  let binned = 0;
  let gap = 0;
  for (let i = 0; i < count.length; i++) {
    binned += count[i]!;
    gap += Math.abs(correct[i]! - confidence[i]!);
  }
  return binned === total ? gap / total : Number.NaN;
}
