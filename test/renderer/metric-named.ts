import { findMetric } from '../../main/metrics/index.ts';
import type { Metric } from '../../preload/contract/metrics.ts';

/** A metric as pages get it. */
export function metricNamed(id: string): Metric {
  return findMetric(id);
}
