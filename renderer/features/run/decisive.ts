import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { formatCount } from '../../lib/format.ts';
import { formatScore } from '../../lib/metric-format.ts';

export type TraceScore = Extract<JobTraceStep, { readonly kind: 'trial' }>['score'];

export type DecisiveMetric = Pick<Metric, 'id' | 'label' | 'phrase' | 'unit' | 'better'>;

const ACCURACY: DecisiveMetric = {
  id: 'accuracy',
  label: 'Accuracy',
  phrase: 'accuracy',
  unit: 'share',
  better: 'higher',
};

/** What a recipe chose by: the accuracy, where its scores name no other metric. */
export function decisiveMetric(trace: readonly JobTraceStep[], metrics: readonly Metric[]): DecisiveMetric {
  const named = trace.flatMap((step) => ('score' in step ? (step.score?.decisive ?? []) : []))[0];
  return named === undefined ? ACCURACY : knownMetric(named.metric, metrics);
}

export function decisiveValue({ decisive, accuracy }: TraceScore): number | null {
  return decisive === undefined ? accuracy : decisive.value;
}

/** `98.20 % (982 of 1,000)`; of another metric it comes first: `cross-entropy 0.0512, 98.20 % (982 of 1,000)`. */
export function scoreText({ decisive, accuracy, correct, total }: TraceScore, metrics: readonly Metric[]): string {
  const share = `${formatScore(accuracy, ACCURACY)} (${formatCount(correct)} of ${formatCount(total)})`;
  if (decisive === undefined) return share;
  const metric = knownMetric(decisive.metric, metrics);
  return `${metric.phrase} ${decisive.value === null ? 'without a figure' : formatScore(decisive.value, metric)}, ${share}`;
}

/** While the metrics are being asked for, a score is shown as the number that it is. */
function knownMetric(id: string, metrics: readonly Metric[]): DecisiveMetric {
  return metrics.find((metric) => metric.id === id) ?? { id, label: id, phrase: id, unit: 'number', better: 'higher' };
}
