import type { Metric } from '../../../preload/contract/metrics.ts';
import type { RunVerdict, SoupComparison } from '../../../preload/contract/reports.ts';
import type { ChartData } from '../../charts/chart-data.ts';
import { formatCount, formatNumberOf } from '../../lib/format.ts';
import {
  advantage,
  amountOf,
  differenceAxis,
  formatDifference,
  formatStep,
  scaled,
  TEST_NAMES,
} from '../../lib/metric-format.ts';

interface Headline {
  readonly judgement: SoupComparison['verdict'];
  readonly lead: string;
  readonly evidence: readonly string[];
}

/** The answer to the question that a run asks, in words; of the first clean test set, then of the shifted ones together. */
export function headlineOf(verdict: RunVerdict, metric: Metric): Headline {
  const { bestIngredient: best, isBestIngredient } = verdict;
  const own = verdict.comparisons.filter(({ rival }) => rival === best);
  const main = own.find(({ isClean }) => isClean) ?? own[0];
  if (isBestIngredient) {
    return {
      judgement: 'undecided',
      lead: `The soup is the best ingredient itself, ${best}`,
      evidence: ['Nothing that was tried made it better on the selection split, so nothing was added.'],
    };
  }
  if (main === undefined) {
    return {
      judgement: 'undecided',
      lead: 'The soup cannot be compared any more',
      evidence: ['The predictions that this needs are no longer kept. Cook the recipe again to compute them anew.'],
    };
  }
  return {
    judgement: main.verdict,
    lead: leadOf(main, best, metric),
    evidence: [evidenceOf(main, metric), ...shiftedSentence(own, metric), chosenSentence(verdict, metric)],
  };
}

function leadOf({ verdict, difference, split }: SoupComparison, best: string, metric: Metric): string {
  const points = amountOf(difference, metric);
  switch (verdict) {
    case 'better':
      return `Better than the best ingredient, ${best}, by ${points} on ${split}`;
    case 'worse':
      return `Worse than the best ingredient, ${best}, by ${points} on ${split}`;
    case 'undecided':
      if (difference === 0) return `As good as the best ingredient, ${best}, on ${split}`;
      return `Undecided: ${advantage(difference, 0, metric) > 0 ? 'ahead of' : 'behind'} the best ingredient, ${best}, by ${points} on ${split}, which chance alone can explain`;
  }
}

function evidenceOf(comparison: SoupComparison, metric: Metric): string {
  const { total, onlySoup, onlyRival, interval, pValue, difference } = comparison;
  const [low, high] = [formatStep(interval.low, metric), formatStep(interval.high, metric)];
  return (
    `${formatDifference(difference, metric)}${metric.better === 'lower' ? ', less is better' : ''}, 95 % interval ${low} to ${high} ` +
    `(paired bootstrap); ${formatP(pValue)} (${TEST_NAMES[metric.test]}). Of ${formatCount(total)} samples ${formatCount(onlySoup)} are right with the soup only, ` +
    `${formatCount(onlyRival)} with the ingredient only.`
  );
}

function shiftedSentence(own: readonly SoupComparison[], metric: Metric): readonly string[] {
  const shifted = own.filter(({ isClean }) => !isClean);
  if (shifted.length === 0) return [];
  const tally = (wanted: SoupComparison['verdict']): number =>
    shifted.filter(({ verdict }) => verdict === wanted).length;
  const mean = shifted.reduce((sum, { difference }) => sum + difference, 0) / shifted.length;
  return [
    `Over ${formatNumberOf(shifted.length, 'shifted test set')} ${formatDifference(mean, metric)} on average: ` +
      `better on ${tally('better')}, worse on ${tally('worse')}, undecided on ${tally('undecided')}.`,
  ];
}

function chosenSentence({ bestIngredient, chosenOn }: RunVerdict, { phrase }: Metric): string {
  return chosenOn === 'selection'
    ? `${bestIngredient} is the best ingredient by ${phrase} on the selection split, the one you would have taken without a soup.`
    : `${bestIngredient} is the best ingredient by ${phrase} on the first test set, since the run had no selection split.`;
}

const RIVAL_MARKS = ['circle', 'diamond', 'square'] as const;

/** Soup minus rival on every test set, with the interval of the difference. */
export function differenceChart({ comparisons, bestIngredient }: RunVerdict, metric: Metric): ChartData | undefined {
  if (comparisons.length === 0) return undefined;
  const rivals = [...new Set(comparisons.map(({ rival }) => rival))];
  return {
    title: 'What the soup gains',
    kind: 'scatter',
    x: { title: 'Test set' },
    y: { title: 'Soup − other', ...differenceAxis(metric) },
    series: rivals.map((rival, ordinal) => ({
      subject: {
        kind: rival === bestIngredient ? 'ingredient' : 'ensemble',
        label: rival === bestIngredient ? `against ${rival}` : `against the ${rival}`,
        ordinal: rival === bestIngredient ? 0 : ordinal,
      },
      mark: RIVAL_MARKS[ordinal % RIVAL_MARKS.length]!,
      points: comparisons
        .filter((one) => one.rival === rival)
        .map(({ split, difference, interval, total }) => ({
          x: split,
          y: scaled(difference, metric),
          interval: [scaled(interval.low, metric), scaled(interval.high, metric)] as const,
          n: total,
        })),
    })),
  };
}

export function formatP(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}
