import { describe, expect, test } from 'vitest';
import type { CompareSet, CompareSubject } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { parallelSubjects, scoreBars, soupScatter } from '../../../renderer/features/compare/compare-charts.ts';
import { refsOf, usualSubjects, validateCompareSearch } from '../../../renderer/features/compare/compare-search.ts';
import {
  differingFacts,
  formatP,
  paretoBest,
  shiftedMean,
  usualBaseline,
  usualSet,
} from '../../../renderer/features/compare/compared-values.ts';

const set = (id: number, name: string, kind: CompareSet['kind'], role: CompareSet['role'] = 'test'): CompareSet => ({
  id,
  name,
  kind,
  role,
  sampleCount: 100,
});
const ACCURACY: Metric = {
  id: 'accuracy',
  label: 'Accuracy',
  phrase: 'accuracy',
  unit: 'share',
  better: 'higher',
  description: '',
  computation: '',
  source: '',
  test: 'mcnemar',
  leastClasses: 2,
};
const LOSS: Metric = {
  ...ACCURACY,
  id: 'loss',
  label: 'Cross-entropy',
  unit: 'nats',
  better: 'lower',
  test: 'bootstrap',
};

const SETS = [
  set(1, 'selection', 'clean', 'selection'),
  set(2, 'clean', 'clean'),
  set(3, 'blur', 'shifted'),
  set(4, 'noise', 'shifted'),
];

function subject(ref: string, kind: CompareSubject['kind'], accuracies: readonly (number | null)[]): CompareSubject {
  return {
    ref,
    kind,
    label: ref,
    ordinal: 0,
    facts: [],
    scores: accuracies.map((accuracy) =>
      accuracy === null
        ? null
        : {
            accuracy,
            correct: 100 * accuracy,
            total: 100,
            interval: { low: accuracy - 0.01, high: accuracy + 0.01 },
            loss: 1,
            figures: {
              accuracy: { value: accuracy, interval: { low: accuracy - 0.01, high: accuracy + 0.01 } },
              loss: { value: accuracy, interval: null },
            },
          },
    ),
    cost: { passes: 1, parameters: 10, bytes: 40, milliseconds: 1, cookingSeconds: null },
  };
}

const A = subject('ingredient:1', 'ingredient', [0.9, 0.8, 0.5, 0.7]);
const B = subject('ingredient:2', 'ingredient', [0.8, 0.9, 0.6, null]);
const SOUP = subject('run:1', 'soup', [0.95, 0.9, 0.6, 0.7]);
const OVERVIEW = { sets: SETS, subjects: [SOUP, A, B] };

describe('a comparison', () => {
  test('begins with the clean test set and the ingredient that is best on the selection split', () => {
    expect(usualSet(SETS)?.name).toBe('clean');
    expect(usualBaseline(OVERVIEW, ACCURACY)).toBe(A);
    expect(usualBaseline(OVERVIEW, LOSS)).toBe(B);
    expect(
      usualBaseline(
        { sets: SETS.slice(1), subjects: [A, B].map((s) => ({ ...s, scores: s.scores.slice(1) })) },
        ACCURACY,
      )?.ref,
    ).toBe('ingredient:2');
  });

  test('has a shifted mean only of what was measured on every shifted set', () => {
    expect(shiftedMean(A, SETS, ACCURACY)).toBeCloseTo(0.6, 12);
    expect(shiftedMean(B, SETS, ACCURACY)).toBeUndefined();
  });

  test('draws clean against shifted, with the kinds of subjects told apart', () => {
    const chart = soupScatter(OVERVIEW, ACCURACY, 2)!;
    expect(chart.series.map(({ subject: s }) => s.kind)).toEqual(['soup', 'ingredient']);
    expect(chart.series[0]!.points).toEqual([{ x: 90, y: expect.closeTo(65, 9), n: 100 }]);
    expect(soupScatter({ sets: SETS.slice(0, 2), subjects: [A] }, ACCURACY, 2)).toBeUndefined();
  });

  test('draws only what was measured, with intervals and n', () => {
    const bars = scoreBars(OVERVIEW, ACCURACY, [2, 4]);
    expect(bars.series[2]!.points).toEqual([
      { x: 'clean', y: 90, n: 100, interval: [expect.closeTo(89, 9), expect.closeTo(91, 9)] },
    ]);
    expect(scoreBars(OVERVIEW, LOSS, [2]).series[0]!.points).toEqual([{ x: SOUP.label, y: 0.9, n: 100 }]);
    expect(parallelSubjects(OVERVIEW, ACCURACY, {}).lines[2]!.values[3]).toBeNull();
  });

  test('tells only what differs', () => {
    const facts = (order: string | undefined) => ({
      facts: [{ name: 'recipe', value: 'greedy' }, ...(order === undefined ? [] : [{ name: 'order', value: order }])],
    });
    expect(differingFacts([facts('sorted'), facts('article')])).toEqual([
      { name: 'order', values: ['sorted', 'article'] },
    ]);
    expect(differingFacts([facts('sorted'), facts(undefined)])).toEqual([
      { name: 'order', values: ['sorted', undefined] },
    ]);
    expect(differingFacts([facts('sorted'), facts('sorted')])).toEqual([]);
  });

  test('names what nothing else beats in accuracy, passes and size together', () => {
    const best = paretoBest([
      { ref: 'small', merit: 0.9, passes: 1, bytes: 1 },
      { ref: 'worse', merit: 0.8, passes: 1, bytes: 1 },
      { ref: 'ensemble', merit: 0.95, passes: 5, bytes: 5 },
    ]);
    expect([...best]).toEqual(['small', 'ensemble']);
  });

  test('writes a p that is too small to be told apart as that', () => {
    expect(formatP(0.000_01)).toBe('p < 0.0001');
    expect(formatP(0.0337)).toBe('p = 0.034');
  });
});

test('the address of a comparison keeps references and forgets anything else', () => {
  expect(refsOf('run:4,run:4,x,ingredient:2,ensemble:4:logits,ensemble:4:max')).toEqual([
    'run:4',
    'ingredient:2',
    'ensemble:4:logits',
  ]);
  expect(validateCompareSearch({ subjects: 'run:1', base: 'no', on: '3', against: 'run:2' })).toEqual({
    subjects: 'run:1',
    on: 3,
    against: 'run:2',
  });
});

test('what was never measured is not compared unless asked for', () => {
  const choice = { label: '', ordinal: 0 };
  const choices = [
    { ...choice, ref: 'ingredient:1', kind: 'ingredient', measured: false },
    { ...choice, ref: 'ingredient:2', kind: 'ingredient', measured: true },
    { ...choice, ref: 'run:1', kind: 'soup', measured: true },
  ] as const;
  expect(usualSubjects(choices)).toEqual(['ingredient:2', 'run:1']);
});
