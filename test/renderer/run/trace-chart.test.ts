import { expect, test } from 'vitest';
import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import { describeStep } from '../../../renderer/features/run/describe-step.ts';
import { describeSaving } from '../../../renderer/features/run/saving.ts';
import { scoredSteps } from '../../../renderer/features/run/scored-steps.ts';
import { traceChart } from '../../../renderer/features/run/trace-chart.ts';

const score = (correct: number) => ({ correct, total: 1000, accuracy: correct / 1000, loss: 0.1 });

const TRACE: readonly JobTraceStep[] = [
  { kind: 'ingredient-scored', ingredient: 'a', score: score(900) },
  { kind: 'ingredient-scored', ingredient: 'b', score: score(910) },
  { kind: 'ingredient-scored', ingredient: 'c', score: score(890) },
  { kind: 'started', ingredient: 'b', score: score(910) },
  { kind: 'candidate-scored', round: 1, ingredient: 'a', score: score(925) },
  { kind: 'candidate-scored', round: 1, ingredient: 'c', score: score(915) },
  { kind: 'accepted', round: 1, ingredient: 'a', score: score(925) },
  { kind: 'rejected', round: 1, ingredient: 'c', score: score(915) },
  { kind: 'candidate-scored', round: 2, ingredient: 'c', score: score(920) },
];

test('every score is one step, told by what became of it', () => {
  expect(scoredSteps(TRACE).map(({ ordinal, fate, what }) => `${ordinal} ${what} ${fate}`)).toEqual([
    '1 a alone',
    '2 b alone',
    '3 c alone',
    '4 a taken',
    '5 c left out',
    '6 c candidate',
  ]);
});

test('the chart shows accuracies in percent, with their numbers of samples', () => {
  const chart = traceChart(TRACE, [])!;
  expect(chart.series.map(({ subject, points }) => [subject.label, points.length])).toEqual([
    ['best so far', 6],
    ['ingredient alone', 3],
    ['added to the soup', 1],
    ['tried and left out', 1],
    ['being tried', 1],
  ]);
  expect(chart.series[2]!.points[0]).toEqual({ x: 4, y: 92.5, n: 1000, note: 'a' });
});

test('what was taken, left out and is still tried has marks of its own; the best so far never falls', () => {
  const { series } = traceChart(TRACE, [])!;
  expect(series.map(({ mark }) => mark)).toEqual([undefined, 'circle', 'star', 'x', 'circle-open']);
  expect(series[0]!.drawn).toBe('steps');
  expect(series[0]!.points.map(({ y }) => y)).toEqual([90, 91, 91, 92.5, 92.5, 92.5]);
});

test('a candidate that was given up has no point, and what that saved is told', () => {
  const stopped = { seen: 150, total: 1000, atMost: 920 };
  const trace: readonly JobTraceStep[] = [
    ...TRACE.slice(0, 5),
    { kind: 'candidate-scored', round: 1, ingredient: 'c', score: stopped },
    { kind: 'accepted', round: 1, ingredient: 'a', score: score(925) },
    { kind: 'rejected', round: 1, ingredient: 'c', score: stopped },
  ];
  const { series } = traceChart(trace, [])!;
  expect(series.map(({ subject, points }) => [subject.label, points.length])).toEqual([
    ['best so far', 5],
    ['ingredient alone', 3],
    ['added to the soup', 1],
  ]);
  expect(describeStep(trace.at(-1)!, [])).toBe(
    'Round 1: c is left out, stopped after 150 of 1,000: at most 920 correct',
  );
  expect(describeSaving(trace)).toContain('1 of 2 candidates were given up');
  expect(describeSaving(trace)).toContain('1,150 of 2,000 forward passes (58 %)');
  expect(describeSaving(TRACE)).toBeUndefined();
});

test('a recipe that scored nothing has no chart', () => {
  expect(traceChart([], [])).toBeUndefined();
  expect(traceChart([{ kind: 'stopped', reason: 'there was nothing to do' }], [])).toBeUndefined();
});

test('steps are told in words', () => {
  expect(describeStep(TRACE[6]!, [])).toBe('Round 1: a is added, 92.50 % (925 of 1,000)');
  expect(describeStep({ kind: 'stopped', reason: 'nothing helps' }, [])).toBe('Stops: nothing helps');
});

test('what was chosen by another metric is drawn and told by it, the lowest loss as the best', () => {
  const loss = {
    id: 'cross-entropy',
    label: 'Cross-entropy',
    phrase: 'cross-entropy',
    unit: 'nats',
    better: 'lower',
  } as const;
  const facts = { description: '', computation: '', source: '', test: 'bootstrap', leastClasses: 2 } as const;
  const trace: readonly JobTraceStep[] = [0.3, 0.2, null, 0.25].map((value, i) => ({
    kind: 'ingredient-scored',
    ingredient: `i${i}`,
    score: { ...score(900), decisive: { metric: loss.id, value } },
  }));
  const { y, series } = traceChart(trace, [{ ...loss, ...facts }])!;
  expect(y).toEqual({ title: 'Cross-entropy on the selection split', unit: 'nats', format: '.4f' });
  expect(series[0]!.points.map((point) => point.y)).toEqual([0.3, 0.2, 0.2, 0.2]);
  expect(series[1]!.points).toHaveLength(3);
  expect(describeStep(trace[1]!, [{ ...loss, ...facts }])).toBe(
    'i1 alone: cross-entropy 0.2000, 90.00 % (900 of 1,000)',
  );
});
