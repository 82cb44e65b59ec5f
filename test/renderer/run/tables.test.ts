import { expect, test } from 'vitest';
import { formatWeight, groupLabel, shadeOf } from '../../../renderer/features/run/coefficient-table.ts';
import { evaluationsCsv } from '../../../renderer/features/run/evaluations-csv.ts';

test('a weight is shaded by its share of the largest, and says when it takes away', () => {
  const table = { ingredients: ['a', 'b'], groups: [{ group: 'all', weights: [0.5, -0.25] }] };
  expect(shadeOf(0.5, table)).toEqual({ share: 1, negative: false });
  expect(shadeOf(-0.25, table)).toEqual({ share: 0.5, negative: true });
  expect(shadeOf(0, { ingredients: ['a'], groups: [{ group: 'all', weights: [0] }] }).share).toBe(0);
});

test('weights and groups are written for people', () => {
  expect([formatWeight(0), formatWeight(1 / 3), formatWeight(-1.5)]).toEqual(['0', '0.3333', '-1.5']);
  expect([groupLabel('all'), groupLabel('conv')]).toEqual(['all tensors', 'conv']);
});

test('evaluations as CSV: a line each, names with commas in quotes, a diverged loss left empty', () => {
  const cell = { correct: 9, total: 10, accuracy: 0.9, interval: { low: 0.6, high: 0.98 }, loss: null };
  const csv = evaluationsCsv({
    splits: [
      { name: 'selection', role: 'selection', sampleCount: 10, isClean: true },
      { name: 'clean', role: 'test', sampleCount: 10, isClean: true },
    ],
    rows: [{ kind: 'ensemble-logits', label: 'ensemble, mean logits', scores: [null, cell] }],
  });
  expect(csv.split('\r\n')).toEqual([
    'subject,kind,split,role,correct,total,accuracy,low,high,cross_entropy',
    '"ensemble, mean logits",ensemble-logits,clean,test,9,10,0.9,0.6,0.98,',
    '',
  ]);
});
