import { expect, test } from 'vitest';
import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import { describeStep, isStepForward } from '../../../renderer/features/run/describe-step.ts';
import { learningCharts } from '../../../renderer/features/run/learning-charts.ts';
import { scoredSteps, toldSteps } from '../../../renderer/features/run/scored-steps.ts';
import { traceChart } from '../../../renderer/features/run/trace-chart.ts';

const score = (correct: number) => ({ correct, total: 1000, accuracy: correct / 1000, loss: 0.1 });

const EPOCHS: readonly JobTraceStep[] = [
  { kind: 'epoch', epoch: 1, of: 3, loss: 0.5, score: score(900), best: true },
  { kind: 'epoch', epoch: 2, of: 3, loss: 0.25, score: score(950), best: true },
  { kind: 'epoch', epoch: 3, of: 3, loss: null, score: score(940), best: false },
];

const TRIALS: readonly JobTraceStep[] = [
  { kind: 'trial', round: 0, what: 'uniform soup', fate: 'kept', score: score(900) },
  { kind: 'trial', round: 1, what: 'without a', fate: 'tried', score: score(910) },
  { kind: 'trial', round: 1, what: 'without b', fate: 'tried', score: score(890) },
  { kind: 'trial', round: 1, what: 'without a', fate: 'kept', score: score(910) },
  { kind: 'trial', round: 1, what: 'without b', fate: 'dropped', score: score(890) },
  { kind: 'trial', round: 2, what: 'without b', fate: 'tried', score: score(905) },
  { kind: 'remark', text: 'two are left' },
];

test('epochs are two curves, with the last epoch that was the best so far marked', () => {
  const [loss, selection] = learningCharts(EPOCHS, []);
  expect(loss!.series.map(({ points }) => points.map(({ x, y }) => [x, y]))).toEqual([
    [
      [1, 0.5],
      [2, 0.25],
    ],
    [[2, 0.25]],
  ]);
  expect(selection!.y.title).toBe('Accuracy on the selection split');
  expect(selection!.series[1]).toMatchObject({ mark: 'star', points: [{ x: 2, y: 95, n: 1000 }] });
});

test('what is learned without a selection split has no curve of scores', () => {
  const charts = learningCharts([{ kind: 'epoch', epoch: 1, of: 1, loss: 0.5, best: true }], []);
  expect(charts.map(({ title }) => title)).toEqual(['Loss while learning']);
  expect(learningCharts(TRIALS, [])).toEqual([]);
});

test('a trial is drawn once, as what became of it', () => {
  expect(scoredSteps(TRIALS).map(({ ordinal, fate, what }) => `${ordinal} ${what} ${fate}`)).toEqual([
    '1 uniform soup kept',
    '2 without a kept',
    '3 without b dropped',
    '4 without b tried',
  ]);
  expect(traceChart(TRIALS, [])!.series.map(({ subject }) => subject.label)).toEqual([
    'best so far',
    'kept',
    'dropped',
    'tried',
  ]);
});

test('trials, epochs and remarks are told in words, a trial that was decided only once', () => {
  expect(toldSteps(TRIALS).map((step) => describeStep(step, []))).toEqual([
    'At first, uniform soup: 90.00 % (900 of 1,000); kept',
    'Round 1, without a: 91.00 % (910 of 1,000); kept',
    'Round 1, without b: 89.00 % (890 of 1,000); dropped',
    'Round 2, without b: 90.50 % (905 of 1,000)',
    'Note: two are left',
  ]);
  expect(EPOCHS.map((step) => describeStep(step, []))).toEqual([
    'Epoch 1 of 3: loss 0.5000, 90.00 % (900 of 1,000); the best so far',
    'Epoch 2 of 3: loss 0.2500, 95.00 % (950 of 1,000); the best so far',
    'Epoch 3 of 3: the loss is no number, 94.00 % (940 of 1,000)',
  ]);
  expect([...TRIALS, ...EPOCHS].filter(isStepForward)).toHaveLength(4);
});
