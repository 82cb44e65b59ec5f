import type { Figures } from '../../../db/repositories/evaluations.ts';
import { METRICS } from '../../metrics/index.ts';
import { type Interval, wilsonInterval } from '../../metrics/interval.ts';

/** A score as pages get it. */
export interface Figure {
  /** Null where there is none: the model has diverged, or the metric says nothing of so few classes. */
  readonly value: number | null;
  /** 95 %, of metrics that are a share of the samples. */
  readonly interval: Interval | null;
}

/** By metric, in the registry's order; of what is not known there is no entry. */
export function figuresOf(metrics: Figures, total: number): Readonly<Record<string, Figure>> {
  const known = METRICS.flatMap(({ id, isProportion }): (readonly [string, Figure])[] => {
    const value = metrics[id];
    if (value === undefined) return [];
    if (value === null || !Number.isFinite(value)) return [[id, { value: null, interval: null }]];
    return [[id, { value, interval: isProportion ? wilsonInterval(Math.round(value * total), total) : null }]];
  });
  return Object.fromEntries(known);
}
