import type { Metric } from '../../../preload/contract/metrics.ts';
import type { Standing } from '../../../preload/contract/projects.ts';
import { advantage, amountOf, formatDifference, formatStep, TEST_NAMES } from '../../lib/metric-format.ts';

export type StandingSet = Standing['sets'][number];
type Comparison = NonNullable<StandingSet['comparison']>;

export type Answer = 'yes' | 'no' | 'undecided';

/** Whether the soup beats the best ingredient on the first (the clean) test set. */
export function answerOf(standing: Standing): Answer {
  const [first] = standing.sets;
  if (standing.same || first?.verdict == null) return 'undecided';
  return first.verdict === 'better' ? 'yes' : first.verdict === 'worse' ? 'no' : 'undecided';
}

/** The answer in a sentence. */
export function leadOf(standing: Standing, metric: Metric): string {
  const first = standing.sets[0]!;
  const soup = `the ${standing.soup.toLowerCase()} of run ${standing.runId}`;
  const rival = `the best ingredient, ${standing.ingredient},`;
  if (standing.same) {
    return `Not yet: the best soup is the best ingredient itself, ${standing.ingredient}; nothing could be added to it.`;
  }
  const difference = differenceOf(first) ?? 0;
  const by = `by ${amountOf(difference, metric)} on ${first.name}`;
  if (difference === 0) return `Undecided: ${soup} and ${rival} do equally well on ${first.name}.`;
  switch (answerOf(standing)) {
    case 'yes':
      return `Yes: ${soup} beats ${rival} ${by}.`;
    case 'no':
      return `No: ${soup} falls behind ${rival} ${by}.`;
    case 'undecided':
      return `Undecided: ${soup} is ${advantage(difference, 0, metric) > 0 ? 'ahead of' : 'behind'} ${rival} ${by}${
        first.comparison === null ? '' : '; chance alone can explain that'
      }.`;
  }
}

/** How sure one can be of the answer, in words. */
export function evidenceOf({ comparison, name }: StandingSet, metric: Metric): string {
  if (comparison === null) {
    return 'How sure that is cannot be told: the predictions that it rests on were cleared. Cook the run again to get them back.';
  }
  const { interval, total, onlyFirst, onlySecond } = comparison;
  return (
    `95 % interval ${formatStep(interval.low, metric)} to ${formatDifference(interval.high, metric)} (paired bootstrap${
      metric.better === 'lower' ? '; less is better' : ''
    }). Of ${count(total)} images of ${name}, ` +
    `${count(onlyFirst)} are right with the soup only, ${count(onlySecond)} with the ingredient only. ${chanceOf(comparison, metric)}`
  );
}

/** p in words and as a number. */
export function chanceOf({ pValue }: Comparison, { test: kind }: Pick<Metric, 'test'>): string {
  const test = `(${formatP(pValue)}, ${TEST_NAMES[kind]})`;
  const what = kind === 'mcnemar' ? 'a split' : 'a difference';
  if (pValue < 0.001) {
    return `If both were equally good, ${kind === 'mcnemar' ? 'so uneven a split' : 'so large a difference'} would come up in fewer than 1 of 1,000 comparisons ${test}.`;
  }
  if (pValue < 0.95) {
    const times = pValue < 0.01 ? `1 of ${count(Math.round(1 / pValue))}` : `${Math.round(100 * pValue)} of 100`;
    return `If both were equally good, ${what} at least this ${kind === 'mcnemar' ? 'uneven' : 'large'} would come up in about ${times} comparisons ${test}.`;
  }
  return `If both were equally good, ${what} like this is what one would expect ${test}.`;
}

/** How the soup does on damaged images; nothing where there are no such test sets. */
export function robustnessOf(standing: Standing, metric: Metric): string | undefined {
  const shifted = standing.sets.filter((set) => set.corruption !== null);
  if (shifted.length === 0 || standing.same) return undefined;
  const tally = (verdict: StandingSet['verdict']): number => shifted.filter((set) => set.verdict === verdict).length;
  const differences = shifted.map(differenceOf).filter((difference) => difference !== undefined);
  if (differences.length < shifted.length) return undefined;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / shifted.length;
  return (
    `Over ${shifted.length} damaged test set${shifted.length === 1 ? '' : 's'} the soup is ${amountOf(mean, metric)} ` +
    `${advantage(mean, 0, metric) < 0 ? 'behind' : 'ahead'} on average: clearly better on ${tally('better')}, clearly worse on ${tally('worse')}, ` +
    `undecided on ${tally('undecided') + tally(null)}.`
  );
}

/** Score of the soup minus that of the ingredient; undefined where either is not known. */
export function differenceOf({ soup, ingredient }: StandingSet): number | undefined {
  return soup.value === null || ingredient.value === null ? undefined : soup.value - ingredient.value;
}

function formatP(pValue: number): string {
  if (pValue < 0.0001) return 'p < 0.0001';
  return `p = ${pValue < 0.01 ? pValue.toFixed(4) : pValue.toFixed(2)}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
