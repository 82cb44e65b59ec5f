import type { Metric } from '../../../preload/contract/metrics.ts';
import type { Sweep } from '../../../preload/contract/sweeps.ts';
import type { AnyChartData, ChartData, HeatmapData, Series } from '../../charts/chart-data.ts';
import { scaled, scoreAxis } from '../../lib/metric-format.ts';

type Written = Pick<Metric, 'label' | 'unit'>;
type Score = Sweep['baselines'][number]['score'];

/** The curve of one option beside what there is to compare with, or the grid of two. */
export function sweepChart(sweep: Sweep, metric: Written): AnyChartData {
  return sweep.axes.length === 2 ? gridOf(sweep, metric) : curveOf(sweep, metric);
}

/** `ingredients.tuned.weight` */
export function optionName({ option }: Sweep['axes'][number]): string {
  return option.join('.');
}

function curveOf({ axes, points, baselines, best, bestIngredient }: Sweep, metric: Written): ChartData {
  const [axis] = axes;
  const tried = points.flatMap(({ ordinal, values, score }) => {
    const point = score === null ? undefined : pointOf(values[0]!, score, metric);
    return point === undefined ? [] : [{ ordinal, point }];
  });
  const chosen = tried.filter(({ ordinal }) => ordinal === best?.ordinal).map(({ point }) => point);
  const { values } = axis!;
  const level = (subject: Series['subject'], score: Score): readonly Series[] => {
    const ends = [values[0]!, values.at(-1)!].flatMap((x) => pointOf(x, score, metric) ?? []);
    return ends.length === 0 ? [] : [{ subject, points: ends.map(({ x, y, n }) => ({ x, y, n })), drawn: 'level' }];
  };
  return {
    title: `${metric.label} over ${optionName(axis!)}`,
    kind: 'scatter',
    x: { title: optionName(axis!), ...(isByFactors(values) ? { scale: 'log' } : {}) },
    y: { title: `${metric.label} on the selection split`, ...scoreAxis(metric) },
    series: [
      {
        subject: { kind: 'soup', label: 'soup with this value', ordinal: 0 },
        points: tried.map(({ point }) => point),
        mark: 'circle',
        drawn: 'marked-line',
      },
      ...(chosen.length === 0
        ? []
        : [
            {
              subject: { kind: 'soup', label: 'best on the selection split', ordinal: 1 },
              points: chosen.map(({ x, y, n }) => ({ x, y, n })),
              mark: 'star',
            } as const,
          ]),
      ...baselines.flatMap(({ kind, label, score }) => {
        if (kind === 'uniform') return level({ kind: 'other', label, ordinal: 7 }, score);
        return label === bestIngredient
          ? level({ kind: 'ingredient', label: `best ingredient: ${label}`, ordinal: 0 }, score)
          : [];
      }),
    ],
  };
}

function pointOf(x: number, { value, interval, total }: Score, metric: Written) {
  if (value === null) return undefined;
  return {
    x,
    y: scaled(value, metric),
    n: total,
    ...(interval === null ? {} : { interval: [scaled(interval.low, metric), scaled(interval.high, metric)] as const }),
  };
}

/** Whether a curve over them is read more easily on a logarithmic axis: their factors differ less than their steps. */
export function isByFactors(values: readonly number[]): boolean {
  if (values.length < 3 || values[0]! <= 0) return false;
  const spread = (steps: readonly number[]): number => Math.max(...steps) / Math.min(...steps);
  const pairs = values.slice(1).map((value, i) => [values[i]!, value] as const);
  const factors = pairs.map(([low, high]) => Math.log(high / low));
  return spread(factors) < spread(pairs.map(([low, high]) => high - low)) / 2;
}

function gridOf({ axes, points, best }: Sweep, metric: Written): HeatmapData {
  const [rows, columns] = axes;
  const width = columns!.values.length;
  return {
    title: `${metric.label} over ${optionName(rows!)} and ${optionName(columns!)}`,
    kind: 'heatmap',
    x: { title: optionName(columns!) },
    y: { title: optionName(rows!) },
    value: { title: metric.label, ...scoreAxis(metric) },
    columns: columns!.values.map(String),
    rows: rows!.values.map(String),
    values: rows!.values.map((_, row) =>
      points.slice(row * width, (row + 1) * width).map(({ score }) => {
        const value = score?.value ?? null;
        return value === null ? null : scaled(value, metric);
      }),
    ),
    ...(best === null ? {} : { marked: { row: Math.floor(best.ordinal / width), column: best.ordinal % width } }),
  };
}
