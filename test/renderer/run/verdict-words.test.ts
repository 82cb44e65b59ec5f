import { expect, test } from 'vitest';
import type { RunVerdict, SoupComparison } from '../../../preload/contract/reports.ts';
import { differenceChart, formatP, headlineOf } from '../../../renderer/features/run/verdict-words.ts';
import { metricNamed } from '../metric-named.ts';

const ACCURACY = metricNamed('accuracy');

const comparison = (overrides: Partial<SoupComparison> = {}): SoupComparison => ({
  rival: 'adamw',
  split: 'clean',
  isClean: true,
  total: 10_000,
  onlySoup: 60,
  onlyRival: 20,
  difference: 0.004,
  interval: { low: 0.002, high: 0.006 },
  pValue: 0.00001,
  verdict: 'better',
  ...overrides,
});

const verdict = (comparisons: readonly SoupComparison[], overrides: Partial<RunVerdict> = {}): RunVerdict => ({
  soup: 'greedy soup',
  metric: 'accuracy',
  bestIngredient: 'adamw',
  chosenOn: 'selection',
  isBestIngredient: false,
  comparisons,
  ...overrides,
});

test('a better soup says by how much and how sure', () => {
  const { judgement, lead, evidence } = headlineOf(verdict([comparison()]), ACCURACY);
  expect(judgement).toBe('better');
  expect(lead).toBe('Better than the best ingredient, adamw, by 0.40 points of accuracy on clean');
  expect(evidence[0]).toContain('95 % interval +0.20 to +0.60');
  expect(evidence[0]).toContain('p < 0.001');
  expect(evidence[0]).toContain('60 are right with the soup only');
});

test('the clean set speaks first, the shifted ones are summed up', () => {
  const shifted = comparison({ split: 'blur', isClean: false, difference: -0.01, verdict: 'worse' });
  const { lead, evidence } = headlineOf(verdict([shifted, comparison({ verdict: 'undecided' })]), ACCURACY);
  expect(lead).toContain('Undecided: ahead of');
  expect(evidence[1]).toBe('Over 1 shifted test set −1.00 pp on average: better on 0, worse on 1, undecided on 0.');
});

test('equal, unchanged and forgotten are told apart', () => {
  expect(headlineOf(verdict([comparison({ difference: 0, verdict: 'undecided' })]), ACCURACY).lead).toContain(
    'As good as',
  );
  expect(headlineOf(verdict([comparison()], { isBestIngredient: true }), ACCURACY).lead).toContain(
    'best ingredient itself',
  );
  expect(headlineOf(verdict([]), ACCURACY).lead).toContain('cannot be compared');
});

test('the chart has a series for each rival, in points with their intervals', () => {
  const chart = differenceChart(verdict([comparison(), comparison({ rival: 'ensemble, mean logits' })]), ACCURACY)!;
  expect(chart.series.map(({ subject }) => subject.kind)).toEqual(['ingredient', 'ensemble']);
  expect(chart.series[0]!.points[0]).toEqual({ x: 'clean', y: 0.4, interval: [0.2, 0.6], n: 10_000 });
  expect(differenceChart(verdict([]), ACCURACY)).toBeUndefined();
});

test('a p too small to be told apart is written as that', () => {
  expect([formatP(0.0312), formatP(0.0001)]).toEqual(['p = 0.031', 'p < 0.001']);
});
