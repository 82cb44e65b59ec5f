import { useQuery } from '@tanstack/react-query';
import type { Metric } from '../../preload/contract/metrics.ts';
import { service } from './service.ts';

/** Every metric there is, in the order in which they are listed; none while they are being asked for. */
export function useMetrics(): readonly Metric[] {
  return useQuery(metricsQuestion()).data ?? NONE;
}

/** Metrics come with the application and never change while it runs. */
export function metricsQuestion() {
  return service.metrics.list.queryOptions({ staleTime: Number.POSITIVE_INFINITY });
}

const NONE: readonly Metric[] = [];
