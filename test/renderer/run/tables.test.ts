import { expect, test } from 'vitest';
import { coefficientChart } from '../../../renderer/features/run/coefficient-chart.ts';
import { evaluationsCsv } from '../../../renderer/features/run/evaluations-csv.ts';

test('weights are a grid of ingredients and groups; only where some take away, zero is in the middle', () => {
  const groups = [
    { group: 'all', weights: [0.5, 0.5] },
    { group: 'conv', weights: [1, 0] },
  ];
  expect(coefficientChart({ ingredients: ['a', 'b'], groups })).toMatchObject({
    rows: ['a', 'b'],
    columns: ['all tensors', 'conv'],
    values: [
      [0.5, 1],
      [0.5, 0],
    ],
    diverging: false,
  });
  const negative = [{ group: 'all', weights: [1.5, -0.5] }];
  expect(coefficientChart({ ingredients: ['a', 'b'], groups: negative }).diverging).toBe(true);
});

test('evaluations as CSV: a line each, names with commas in quotes, a diverged loss left empty', () => {
  const cell = {
    correct: 9,
    total: 10,
    accuracy: 0.9,
    interval: { low: 0.6, high: 0.98 },
    loss: null,
    figures: { accuracy: { value: 0.9, interval: null }, loss: { value: null, interval: null } },
  };
  const csv = evaluationsCsv(
    {
      splits: [
        { name: 'selection', role: 'selection', sampleCount: 10, isClean: true },
        { name: 'clean', role: 'test', sampleCount: 10, isClean: true },
      ],
      rows: [{ kind: 'ensemble-logits', label: 'ensemble, mean logits', scores: [null, cell] }],
    },
    [{ id: 'accuracy' }, { id: 'loss' }, { id: 'brier' }],
  );
  expect(csv.split('\r\n')).toEqual([
    'subject,kind,split,role,correct,total,low,high,accuracy,loss,brier',
    '"ensemble, mean logits",ensemble-logits,clean,test,9,10,0.6,0.98,0.9,,',
    '',
  ]);
});
