import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { ChartData, Series } from '../../charts/chart-data.ts';
import { scaled, scoreAxis } from '../../lib/metric-format.ts';
import { decisiveMetric, decisiveValue } from './decisive.ts';

type Epoch = Extract<JobTraceStep, { readonly kind: 'epoch' }>;

const EPOCHS = { title: 'Epoch', format: 'd' } as const;

/** What was learned, epoch by epoch: the loss, and the score on the selection split where there is one; the epoch that counts is marked. */
export function learningCharts(trace: readonly JobTraceStep[], metrics: readonly Metric[]): readonly ChartData[] {
  const epochs = trace.filter((step) => step.kind === 'epoch');
  if (epochs.length === 0) return [];
  const metric = decisiveMetric(trace, metrics);
  const score = ({ score: own }: Epoch): number | null => {
    const value = own === undefined ? null : decisiveValue(own);
    return value === null ? null : scaled(value, metric);
  };
  const charts: readonly ChartData[] = [
    {
      title: 'Loss while learning',
      kind: 'scatter',
      x: EPOCHS,
      y: { title: 'Loss', unit: 'nats', format: '.4~f' },
      series: curve(epochs, ({ loss }) => loss),
    },
    {
      title: 'Score while learning',
      kind: 'scatter',
      x: EPOCHS,
      y: { title: `${metric.label} on the selection split`, ...scoreAxis(metric) },
      series: curve(epochs, score),
    },
  ];
  return charts.filter(({ series }) => series.length > 0);
}

function curve(epochs: readonly Epoch[], figureOf: (epoch: Epoch) => number | null): readonly Series[] {
  const points = epochs.flatMap((epoch) => {
    const y = figureOf(epoch);
    return y === null ? [] : [{ x: epoch.epoch, y, ...(epoch.score === undefined ? {} : { n: epoch.score.total }) }];
  });
  if (points.length === 0) return [];
  const best = epochs.filter((epoch) => epoch.best).at(-1)?.epoch;
  const marked = points.filter(({ x }) => x === best);
  return [
    { subject: { kind: 'ingredient', label: 'each epoch', ordinal: 0 }, points, drawn: 'line' },
    ...(marked.length === 0
      ? []
      : [{ subject: { kind: 'soup', label: 'best', ordinal: 0 }, points: marked, mark: 'star' } as const]),
  ];
}
