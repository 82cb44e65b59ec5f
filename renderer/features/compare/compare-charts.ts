import type { CompareOverview, CompareSubject, Duel, PairedResult } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { ChartData, HeatmapData, ParallelData, Ranges } from '../../charts/chart-data.ts';
import { differenceAxis, figureOf, scaled, scoreAxis } from '../../lib/metric-format.ts';
import { shiftedMean } from './compared-values.ts';

/** The scores by a metric on each set, set by set, with the interval of each where the metric has one. */
export function scoreBars({ sets, subjects }: CompareOverview, metric: Metric, shown: readonly number[]): ChartData {
  const only = onlyOne(sets.filter(({ id }) => shown.includes(id)).map(({ name }) => name));
  return {
    title: only === undefined ? `${metric.label} by test set` : `${metric.label} on ${only}`,
    kind: 'bars',
    x: { title: only === undefined ? 'Test set' : 'Subject' },
    y: { title: metric.label, ...scoreAxis(metric) },
    series: subjects.map((subject) => ({
      subject,
      points: sets.flatMap(({ id, name }, place) => {
        const score = subject.scores[place];
        const figure = score?.figures[metric.id];
        if (!shown.includes(id) || score === null || score === undefined) return [];
        if (figure === undefined || figure.value === null) return [];
        const { interval, value } = figure;
        return [
          {
            x: only === undefined ? name : subject.label,
            y: scaled(value, metric),
            ...(interval === null ? {} : { interval: endsOf(interval, metric) }),
            n: score.total,
          },
        ];
      }),
    })),
  };
}

/** Of one set alone the subjects, and not the set, stand below the bars. */
function onlyOne(sets: readonly string[]): string | undefined {
  return sets.length === 1 ? sets[0] : undefined;
}

function endsOf({ low, high }: { readonly low: number; readonly high: number }, metric: Metric) {
  return [scaled(low, metric), scaled(high, metric)] as const;
}

/** The article's picture: how good on data as it was, and on data that has shifted. */
export function soupScatter({ sets, subjects }: CompareOverview, metric: Metric, clean: number): ChartData | undefined {
  const place = sets.findIndex(({ id }) => id === clean);
  const series = subjects.flatMap((subject) => {
    const score = subject.scores[place];
    const value = figureOf(score, metric.id);
    const shifted = shiftedMean(subject, sets, metric);
    if (score === null || score === undefined || value === undefined || shifted === undefined) return [];
    return [{ subject, points: [{ x: scaled(value, metric), y: scaled(shifted, metric), n: score.total }] }];
  });
  if (series.length === 0) return undefined;
  return {
    title: 'On clean data and on shifted data',
    kind: 'scatter',
    legend: 'saved',
    x: { title: `${metric.label} on ${sets[place]?.name ?? 'the clean set'}`, ...scoreAxis(metric) },
    y: { title: `${metric.label}, mean of the shifted sets`, ...scoreAxis(metric) },
    series,
  };
}

/** The difference from the baseline on one set, with its paired interval. */
export function differenceBars(
  subjects: readonly CompareSubject[],
  pairs: readonly PairedResult[],
  { baseline, set, metric }: { readonly baseline: string; readonly set: string; readonly metric: Metric },
): ChartData {
  return {
    title: `Difference from ${baseline} on ${set}`,
    kind: 'horizontal-bars',
    x: { title: `${metric.label}, difference`, ...differenceAxis(metric) },
    y: { title: 'Subject' },
    series: pairs.flatMap(({ ref, result }) => {
      const subject = subjects.find((one) => one.ref === ref);
      if (subject === undefined || result === null) return [];
      const { difference, interval, total } = result;
      const point = { x: subject.label, y: scaled(difference, metric), interval: endsOf(interval, metric), n: total };
      return [{ subject, points: [point] }];
    }),
  };
}

/** The difference from the baseline on each set, with its paired interval; one list of pairs for each set. */
export function differencesBySet(
  subjects: readonly CompareSubject[],
  measured: readonly { readonly set: string; readonly pairs: readonly PairedResult[] }[],
  { baseline, metric }: { readonly baseline: CompareSubject; readonly metric: Metric },
): ChartData {
  const only = onlyOne(measured.map(({ set }) => set));
  return {
    title: `Difference from ${baseline.label} ${only === undefined ? 'by test set' : `on ${only}`}`,
    kind: 'bars',
    x: { title: only === undefined ? 'Test set' : 'Subject' },
    y: { title: `${metric.label}, difference`, ...differenceAxis(metric) },
    series: subjects
      .filter(({ ref }) => ref !== baseline.ref)
      .map((subject) => ({
        subject,
        points: measured.flatMap(({ set, pairs }) => {
          const result = pairs.find(({ ref }) => ref === subject.ref)?.result;
          if (result === null || result === undefined) return [];
          const { difference, interval, total } = result;
          const x = only === undefined ? set : subject.label;
          return [{ x, y: scaled(difference, metric), interval: endsOf(interval, metric), n: total }];
        }),
      })),
  };
}

/** What a score costs: time on the way, size as area. Of an ensemble, whose passes follow each other, the time is their sum. */
export function costScatter({ sets, subjects }: CompareOverview, metric: Metric, setId: number): ChartData {
  const place = sets.findIndex(({ id }) => id === setId);
  const timed = subjects.filter(({ cost }) => cost.milliseconds !== null);
  const pass =
    timed.reduce((sum, { cost }) => sum + cost.milliseconds!, 0) /
    timed.reduce((sum, { cost }) => sum + cost.passes, 0);
  return {
    title: `${metric.label}, cost and size at once`,
    kind: 'scatter',
    legend: 'saved',
    x: timed.length > 0 ? { title: 'Time per image', unit: 'ms', format: '.3~f' } : { title: 'Passes per image' },
    y: { title: `${metric.label} on ${sets[place]?.name ?? 'the test set'}`, ...scoreAxis(metric) },
    area: { title: 'Size', unit: 'MB' },
    series: subjects.flatMap((subject) => {
      const score = subject.scores[place];
      const value = figureOf(score, metric.id);
      if (score === null || score === undefined || value === undefined) return [];
      const { passes, milliseconds, bytes } = subject.cost;
      const x = timed.length > 0 ? (milliseconds ?? passes * pass) : passes;
      return [{ subject, points: [{ x, y: scaled(value, metric), n: score.total, area: bytes / 1e6 }] }];
    }),
  };
}

const MOST_AXES = 12;

/** The scores by a metric on every set, and cost, side by side. */
export function parallelSubjects({ sets, subjects }: CompareOverview, metric: Metric, ranges: Ranges): ParallelData {
  const shown = sets.slice(0, MOST_AXES);
  return {
    title: `${metric.label} on every set, size and cost`,
    kind: 'parallel',
    ranges,
    legend: 'saved',
    axes: [
      ...shown.map(({ name }) => ({ title: name, ...unitOf(metric) })),
      { title: 'size', unit: 'MB' },
      { title: 'passes' },
    ],
    lines: subjects.map((subject) => ({
      subject,
      values: [
        ...shown.map((_, place) => {
          const value = figureOf(subject.scores[place], metric.id);
          return value === undefined ? null : scaled(value, metric);
        }),
        subject.cost.bytes / 1e6,
        subject.cost.passes,
      ],
    })),
  };
}

function unitOf(metric: Metric): { readonly unit?: string } {
  const { unit } = scoreAxis(metric);
  return unit === undefined ? {} : { unit };
}

/** How often each confusion happens with the subject, minus how often with the baseline. */
export function confusionDifference({ classCount, confusion }: Duel, subject: string, baseline: string): HeatmapData {
  const classes = Array.from({ length: classCount }, (_, label) => String(label));
  return {
    title: `Confusions: ${subject} minus ${baseline}`,
    kind: 'heatmap',
    x: { title: 'Predicted class' },
    y: { title: 'True class' },
    value: { title: 'Samples', format: '+d' },
    columns: classes,
    rows: classes,
    values: classes.map((_, row) =>
      classes.map((__, column) => {
        const at = row * classCount + column;
        const difference = (confusion.subject[at] ?? 0) - (confusion.baseline[at] ?? 0);
        return difference === 0 ? null : difference;
      }),
    ),
    diverging: true,
  };
}
