import type { JobTraceStep, TriedScore } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { formatCount } from '../../lib/format.ts';
import { formatScore } from '../../lib/metric-format.ts';

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
  const scores = trace.flatMap((step) => ('score' in step ? (step.score ?? []) : []));
  const named = scores.flatMap((score) => (isWhole(score) ? (score.decisive ?? []) : []))[0];
  return named === undefined ? ACCURACY : knownMetric(named.metric, metrics);
}

/** Null of what has no figure, and of a candidate that was given up before it had seen everything: as far as it went is no score. */
export function decisiveValue(score: TriedScore): number | null {
  if (!isWhole(score)) return null;
  return score.decisive === undefined ? score.accuracy : score.decisive.value;
}

/** Whether a candidate has been run on every sample. */
export function isWhole<Score extends TriedScore>(
  score: Score,
): score is Extract<Score, { readonly accuracy: number }> {
  return 'accuracy' in score;
}

/**
 * `98.20 % (982 of 1,000)`; of another metric it comes first: `cross-entropy 0.0512, 98.20 % (982 of 1,000)`; of a candidate that was
 * given up: `stopped after 250 of 1,000: at most 975 correct`.
 */
export function scoreText(score: TriedScore, metrics: readonly Metric[]): string {
  if (!isWhole(score)) {
    const [seen, total, atMost] = [score.seen, score.total, score.atMost].map(formatCount);
    return `stopped after ${seen} of ${total}: at most ${atMost} correct`;
  }
  const { decisive, accuracy, correct, total } = score;
  const share = `${formatScore(accuracy, ACCURACY)} (${formatCount(correct)} of ${formatCount(total)})`;
  if (decisive === undefined) return share;
  const metric = knownMetric(decisive.metric, metrics);
  return `${metric.phrase} ${decisive.value === null ? 'without a figure' : formatScore(decisive.value, metric)}, ${share}`;
}

/** While the metrics are being asked for, a score is shown as the number that it is. */
function knownMetric(id: string, metrics: readonly Metric[]): DecisiveMetric {
  return metrics.find((metric) => metric.id === id) ?? { id, label: id, phrase: id, unit: 'number', better: 'higher' };
}
