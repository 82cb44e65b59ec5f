import type { Predictions } from './predictions.ts';

/** How a metric's values are written: in per cent, in nats, or as they are. */
type MetricUnit = 'share' | 'nats' | 'number';

interface MetricFacts {
  /** As recipe files, columns and the command line have it: `macro-f1`. */
  readonly id: string;
  readonly label: string;
  /** The label within a sentence. */
  readonly phrase: string;
  readonly unit: MetricUnit;
  readonly better: 'higher' | 'lower';
  /** What it says, for someone who has to choose. */
  readonly description: string;
  /** How it comes from logits and labels. */
  readonly computation: string;
  /** Paper and section, or other source. */
  readonly source: string;
  /** For two subjects on the same samples. The exact McNemar test is for hits and misses only. */
  readonly test: 'mcnemar' | 'bootstrap';
  /** A count of samples over all of them, which has an interval of its own. */
  readonly isProportion: boolean;
  /** With fewer classes it says nothing. */
  readonly leastClasses: number;
}

/** A score that is the mean of one value a sample. */
interface MeanMetric extends MetricFacts {
  readonly kind: 'mean';
  perExample(predictions: Predictions): Float64Array | Uint8Array;
}

/** A score of the samples together. */
interface WholeMetric extends MetricFacts {
  readonly kind: 'whole';
  /** Scores samples drawn by their rows, any of them several times; all of them once where none are named. */
  sampler(predictions: Predictions): (rows?: Int32Array) => number;
}

/** A figure of merit of a classifier, apart from any page, table or runtime. NaN where there is none: of a diverged model. */
export type Metric = MeanMetric | WholeMetric;

export function scoreOf(metric: Metric, predictions: Predictions): number {
  if (metric.kind === 'whole') return metric.sampler(predictions)();
  const values = metric.perExample(predictions);
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
