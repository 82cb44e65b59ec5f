import { expect, test } from 'vitest';
import type { TrainingPreset } from '../../../preload/contract/ingredients.ts';
import type { JobEvent } from '../../../preload/contract/jobs.ts';
import { curveChart, curvesOf } from '../../../renderer/features/ingredients/training-curves.ts';
import { imagesOf, planTrainings } from '../../../renderer/features/ingredients/training-plan.ts';

const preset = (name: string, config: Record<string, unknown>): TrainingPreset => ({
  name,
  title: name,
  description: '',
  role: 'fine-tune',
  config,
});
const PRESETS = [preset('sgd', { epochs: 2, samplesPerEpoch: 100 }), preset('adam', { epochs: 3, samplesPerEpoch: 0 })];

test('chosen presets become trainings under free names, with what was changed for all of them', () => {
  expect(planTrainings(PRESETS, new Set(['sgd', 'adam']), { epochs: 1 }, ['sgd', 'sgd-2'])).toEqual([
    { name: 'sgd-3', config: { epochs: 1, samplesPerEpoch: 100 } },
    { name: 'adam', config: { epochs: 1, samplesPerEpoch: 0 } },
  ]);
});

test('the images to look at count every epoch; 0 per epoch is the whole split', () => {
  expect(imagesOf(planTrainings(PRESETS, new Set(['sgd', 'adam']), {}, []), 1000)).toBe(2 * 100 + 3 * 1000);
});

const epoch = (ordinal: number, ingredient: string, number: number, accuracy: number): JobEvent => ({
  ordinal,
  at: '2026-11-24T10:00:00.000Z',
  event: {
    kind: 'epoch',
    ingredient,
    epochs: 2,
    report: {
      epoch: number,
      trainLoss: 1,
      selectionAccuracy: accuracy,
      selectionLoss: 0.5,
      learningRate: 0.1,
      seconds: 1,
    },
  },
});
const attempt = (ordinal: number, number: number): JobEvent => ({
  ordinal,
  at: '2026-11-24T10:00:00.000Z',
  event: { kind: 'attempt', attempt: number },
});

test('epochs of an earlier attempt do not count', () => {
  const curves = curvesOf([attempt(0, 1), epoch(1, 'sgd', 0, 0.1), attempt(2, 2), epoch(3, 'adam', 0, 0.5)]);
  expect(curves.map(({ ingredient, reports }) => [ingredient, reports.length])).toEqual([['adam', 1]]);
});

test('a curve per ingredient, its epochs counted from 1', () => {
  const curves = curvesOf([epoch(0, 'sgd', 0, 0.1), epoch(1, 'adam', 0, 0.3), epoch(2, 'sgd', 1, 0.2)]);
  const { series } = curveChart(curves, 'selectionAccuracy');
  expect(series.map(({ subject, points }) => [subject.label, points.map(({ x, y }) => [x, y])])).toEqual([
    [
      'sgd',
      [
        [1, 0.1],
        [2, 0.2],
      ],
    ],
    ['adam', [[1, 0.3]]],
  ]);
});
