import { expect, test } from 'vitest';
import { placesWithin } from '../../../renderer/features/runs/columns-in-sight.ts';

const WIDTHS = Array.from({ length: 40 }, () => 100);

test('columns between two distances are in sight, with a few on either side of them', () => {
  expect(placesWithin(WIDTHS, 0, 1000)).toEqual([0, 12]);
  expect(placesWithin(WIDTHS, 1500, 2500)).toEqual([12, 27]);
  expect(placesWithin(WIDTHS, 3000, 4000)).toEqual([27, 39]);
});

test('a column is in sight as soon as a part of it is', () => {
  expect(placesWithin(WIDTHS, 1550, 2050)).toEqual([12, 23]);
});
