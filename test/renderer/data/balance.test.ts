import { expect, test } from 'vitest';
import { balanceChart, balanceRemark } from '../../../renderer/features/data/balance-chart.ts';

test('even classes are called even', () => {
  expect(balanceRemark([100, 110, 95])).toBe('The classes are about equally frequent.');
});

test('uneven classes come with what guessing would get', () => {
  expect(balanceRemark([300, 100])).toBe(
    'The most frequent class has 3.0 times the samples of the rarest; always answering it would be right 75.0 % of the time.',
  );
});

test('classes without samples are named, not all of many', () => {
  expect(balanceRemark([0, 4, 4])).toBe('Class 0 has no samples here: nothing can be said about it.');
  expect(balanceRemark([...new Array<number>(10).fill(0), 1])).toBe(
    'Classes 0, 1, 2, 3, 4, 5, 6, 7, … have no samples here: nothing can be said about them.',
  );
});

test('each class has its bar', () => {
  const [series] = balanceChart([3, 0], 'test').series;
  expect(series!.points).toEqual([
    { x: '0', y: 3 },
    { x: '1', y: 0 },
  ]);
});
