import { expect, test } from 'vitest';
import { spreadRows } from '../../../renderer/features/data/rows-to-show.ts';

test('rows come from all over a split, and another turn gives others', () => {
  expect(spreadRows(600, 6, 0)).toEqual([0, 100, 200, 300, 400, 500]);
  expect(spreadRows(600, 6, 7)).toEqual([7, 107, 207, 307, 407, 507]);
});

test('a small split shows what it has, never a row that it has not', () => {
  expect(spreadRows(3, 6, 5)).toEqual([0, 1, 2]);
  for (let turn = 0; turn < 30; turn++) expect(Math.max(...spreadRows(11, 6, turn))).toBeLessThan(11);
});
