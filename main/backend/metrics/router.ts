import { METRICS } from '../../metrics/index.ts';
import { service } from '../api/service.ts';

export function metricsRouter() {
  return {
    list: service.metrics.list.handler(() =>
      METRICS.map(({ id, label, phrase, unit, better, description, computation, source, test, leastClasses }) => ({
        id,
        label,
        phrase,
        unit,
        better,
        description,
        computation,
        source,
        test,
        leastClasses,
      })),
    ),
  };
}
