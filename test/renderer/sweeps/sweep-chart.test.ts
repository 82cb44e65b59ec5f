import { describe, expect, test } from 'vitest';
import type { Sweep } from '../../../preload/contract/sweeps.ts';
import { tableOf } from '../../../renderer/charts/chart-data.ts';
import { isByFactors, sweepChart } from '../../../renderer/features/sweeps/sweep-chart.ts';
import { pointName, scoreWords, verdictOf } from '../../../renderer/features/sweeps/sweep-words.ts';
import { metricNamed } from '../metric-named.ts';

const accuracy = metricNamed('accuracy');

const scoreOf = (correct: number): NonNullable<Sweep['points'][number]['score']> => {
  const value = correct / 100;
  return { correct, total: 100, accuracy: value, value, interval: { low: value - 0.05, high: value + 0.05 } };
};

const SWEEP: Sweep = {
  id: 1,
  projectId: 1,
  title: 'WiSE-FT over alpha',
  recipe: 'wise-ft',
  axes: [{ option: ['alpha'], values: [0, 0.5, 1] }],
  metric: 'accuracy',
  jobId: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
  points: [
    { ordinal: 0, values: [0], score: scoreOf(80) },
    { ordinal: 1, values: [0.5], score: scoreOf(92) },
    { ordinal: 2, values: [1], score: null },
  ],
  baselines: [
    { kind: 'ingredient', label: 'tuned', score: scoreOf(85) },
    { kind: 'ingredient', label: 'base', score: scoreOf(80) },
    { kind: 'uniform', label: 'uniform soup of 2', score: scoreOf(90) },
  ],
  best: { ordinal: 1, alike: 1 },
  bestIngredient: 'tuned',
};

describe('the chart of a sweep', () => {
  test('is what is known of the curve, its best value, and levels to hold it against', () => {
    const chart = sweepChart(SWEEP, accuracy);
    expect(tableOf(chart).map((line) => line.slice(0, 3))).toEqual([
      ['Subject', 'alpha', 'Accuracy on the selection split (%)'],
      ['soup with this value', '0', '80'],
      ['soup with this value', '0.5', '92'],
      ['best on the selection split', '0.5', '92'],
      ['best ingredient: tuned', '0', '85'],
      ['best ingredient: tuned', '1', '85'],
      ['uniform soup of 2', '0', '90'],
      ['uniform soup of 2', '1', '90'],
    ]);
    expect(tableOf(chart)[1]![3]).toBe('75 – 85');
  });

  test('of two options is a grid, in which the best stands out', () => {
    const axes = [
      { option: ['density'], values: [0.1, 0.9] },
      { option: ['ingredients', 'a', 'weight'], values: [1, 2] },
    ];
    const points = [71, 72, 73].map((correct, ordinal) => ({ ordinal, values: [], score: scoreOf(correct) }));
    const last = { ordinal: 3, values: [0.9, 2], score: null };
    const chart = sweepChart({ ...SWEEP, axes, points: [...points, last], best: { ordinal: 2, alike: 1 } }, accuracy);
    expect(tableOf(chart)).toEqual([
      ['density \\ ingredients.a.weight', '1', '2'],
      ['0.1', '71', '72'],
      ['0.9', '73', ''],
    ]);
    expect(chart).toMatchObject({ marked: { row: 1, column: 0 } });
    expect(pointName(axes, last)).toBe('density = 0.9, ingredients.a.weight = 2');
  });

  test('values that go by factors have an axis that does so too', () => {
    expect(isByFactors([0.001, 0.01, 0.1, 1])).toBe(true);
    expect(isByFactors([0.1, 0.2, 0.3, 0.4])).toBe(false);
    expect(isByFactors([0, 0.01, 1])).toBe(false);
    expect(isByFactors([1, 2, 3, 4])).toBe(false);
  });
});

describe('what is said of the best value', () => {
  test('names the best ingredient, what is as good, and that it was chosen by these scores', () => {
    expect(verdictOf(SWEEP, accuracy)).toMatch(
      /^The best ingredient alone, tuned, has 85.00 %\. The best value was chosen by these very/,
    );
    const many = verdictOf({ ...SWEEP, best: { ordinal: 1, alike: 2 } }, accuracy);
    expect(many).toContain('2 of the 3 values score within the best one’s interval');
  });

  test('says so where no value is better than an ingredient', () => {
    const better = { kind: 'ingredient', label: 'tuned', score: scoreOf(92) } as const;
    expect(verdictOf({ ...SWEEP, baselines: [better] }, accuracy)).toMatch(/^No value is better than the best/);
    expect(verdictOf({ ...SWEEP, best: null }, accuracy)).toBeUndefined();
  });

  test('a score has its interval, or says that there is none', () => {
    expect(scoreWords(SWEEP.points[1]!, accuracy)).toBe('92.00 % (87.00–97.00 %)');
    expect(scoreWords(SWEEP.points[2]!, accuracy)).toBe('not scored yet');
    expect(scoreWords({ score: { ...scoreOf(1), value: null } }, accuracy)).toBe('without a figure');
  });
});
