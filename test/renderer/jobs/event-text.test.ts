import { expect, test } from 'vitest';
import { textOfEvent } from '../../../renderer/features/jobs/event-text.ts';

const report = {
  epoch: 0,
  trainLoss: 0.5,
  selectionAccuracy: 0.9786,
  selectionLoss: 0.1,
  learningRate: 0.01,
  seconds: 2,
};

test('attempts are counted in words', () => {
  expect(textOfEvent({ kind: 'attempt', attempt: 1 }, [])).toBe('Begins');
  expect([2, 3, 11, 22].map((attempt) => textOfEvent({ kind: 'attempt', attempt }, []))).toEqual([
    'Begins again, for the 2nd time',
    'Begins again, for the 3rd time',
    'Begins again, for the 11th time',
    'Begins again, for the 22nd time',
  ]);
});

test('an epoch tells its loss and its accuracy, and that a model has diverged', () => {
  expect(textOfEvent({ kind: 'epoch', ingredient: 'adam', epochs: 2, report }, [])).toBe(
    'adam, epoch 1 of 2: loss 0.5000, selection 97.86 %',
  );
  expect(
    textOfEvent({ kind: 'epoch', ingredient: 'adam', epochs: 2, report: { ...report, trainLoss: null } }, []),
  ).toContain('diverged');
});
