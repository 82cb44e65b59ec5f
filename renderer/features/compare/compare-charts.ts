import type { CompareOverview, CompareSubject, Duel, PairedResult } from '../../../preload/contract/compare.ts';
import type { ChartData, HeatmapData, ParallelData } from '../../charts/chart-data.ts';
import { shiftedAccuracy } from './compared-values.ts';

const percent = (share: number): number => 100 * share;

/** Accuracy on each set, set by set, with the interval of each. */
export function accuracyBars({ sets, subjects }: CompareOverview, shown: readonly number[]): ChartData {
  return {
    title: 'Accuracy by test set',
    kind: 'bars',
    x: { title: 'Test set' },
    y: { title: 'Accuracy', unit: '%', format: '.2f' },
    series: subjects.map((subject) => ({
      subject,
      points: sets.flatMap(({ id, name }, place) => {
        const score = subject.scores[place];
        if (!shown.includes(id) || score === null || score === undefined) return [];
        const { accuracy, interval, total } = score;
        const ends = [percent(interval.low), percent(interval.high)] as const;
        return [{ x: name, y: percent(accuracy), interval: ends, n: total }];
      }),
    })),
  };
}

/** The article's picture: how good on data as it was, and on data that has shifted. */
export function soupScatter({ sets, subjects }: CompareOverview, clean: number): ChartData | undefined {
  const place = sets.findIndex(({ id }) => id === clean);
  const series = subjects.flatMap((subject) => {
    const score = subject.scores[place];
    const shifted = shiftedAccuracy(subject, sets);
    if (score === null || score === undefined || shifted === undefined) return [];
    return [{ subject, points: [{ x: percent(score.accuracy), y: percent(shifted), n: score.total }] }];
  });
  if (series.length === 0) return undefined;
  return {
    title: 'On clean data and on shifted data',
    kind: 'scatter',
    legend: 'saved',
    x: { title: `Accuracy on ${sets[place]?.name ?? 'the clean set'}`, unit: '%', format: '.2f' },
    y: { title: 'Mean accuracy on shifted sets', unit: '%', format: '.2f' },
    series,
  };
}

/** The difference from the baseline on one set, with its paired interval. */
export function differenceBars(
  subjects: readonly CompareSubject[],
  pairs: readonly PairedResult[],
  baseline: string,
  set: string,
): ChartData {
  return {
    title: `Difference from ${baseline} on ${set}`,
    kind: 'horizontal-bars',
    x: { title: 'Accuracy, difference', unit: 'percentage points', format: '+.2f' },
    y: { title: 'Subject' },
    series: pairs.flatMap(({ ref, result }) => {
      const subject = subjects.find((one) => one.ref === ref);
      if (subject === undefined || result === null) return [];
      const { difference, interval } = result.accuracy;
      const ends = [percent(interval.low), percent(interval.high)] as const;
      return [{ subject, points: [{ x: subject.label, y: percent(difference), interval: ends, n: result.total }] }];
    }),
  };
}

const MOST_AXES = 12;

/** Accuracy on every set, loss and cost side by side. */
export function parallelSubjects({ sets, subjects }: CompareOverview): ParallelData {
  const shown = sets.slice(0, MOST_AXES);
  return {
    title: 'All measures side by side',
    kind: 'parallel',
    legend: 'saved',
    axes: [
      ...shown.map(({ name }) => ({ title: name, unit: '%' })),
      { title: 'size', unit: 'MB' },
      { title: 'passes' },
    ],
    lines: subjects.map((subject) => ({
      subject,
      values: [
        ...shown.map((_, place) => {
          const accuracy = subject.scores[place]?.accuracy;
          return accuracy === undefined ? null : percent(accuracy);
        }),
        subject.cost.bytes / 1e6,
        subject.cost.passes,
      ],
    })),
  };
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
