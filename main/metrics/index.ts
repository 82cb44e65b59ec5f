import { StockpotError } from '../errors.ts';
import { accuracy, topFive } from './accuracy.ts';
import { brier } from './brier.ts';
import { balancedAccuracy, macroF1 } from './by-class.ts';
import { calibrationError } from './calibration.ts';
import { crossEntropy } from './cross-entropy.ts';
import { type Metric, scoreOf } from './metric.ts';
import type { Predictions } from './predictions.ts';

/** What decides where nothing else was chosen. */
export const DEFAULT_METRIC = accuracy;

/** Every metric, in the order in which tables and forms list them. */
export const METRICS: readonly Metric[] = [
  accuracy,
  crossEntropy,
  topFive,
  balancedAccuracy,
  macroF1,
  brier,
  calibrationError,
];

/** @throws StockpotError `metrics/unknown` */
export function findMetric(id: string): Metric {
  const found = METRICS.find((metric) => metric.id === id);
  if (found !== undefined) return found;
  throw new StockpotError({
    code: 'metrics/unknown',
    what: `There is no metric '${id}'`,
    remedy: `Metrics: ${METRICS.map((metric) => metric.id).join(', ')}.`,
  });
}

/** A score by metric; null where it has no figure: the model has diverged, or the metric says nothing of so few classes. */
export type MetricScores = Readonly<Record<string, number | null>>;

/** Every metric of the registry has its entry. */
export function scoreAll(predictions: Predictions): MetricScores {
  return Object.fromEntries(
    METRICS.map((metric) => {
      const value = predictions.classCount >= metric.leastClasses ? scoreOf(metric, predictions) : Number.NaN;
      return [metric.id, Number.isNaN(value) ? null : value];
    }),
  );
}
