import { expect, test } from 'vitest';
import { holmAdjusted } from '../../main/metrics/holm.ts';

test('the smallest p counts for all tests, the next for the rest, and none falls below one before it', () => {
  // The same numbers as R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
  const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
  for (const [place, expected] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[place]).toBeCloseTo(expected, 12);
});

test('one test alone stays as it is, and nothing exceeds one', () => {
  expect(holmAdjusted([0.2])).toEqual([0.2]);
  expect(holmAdjusted([0.9, 0.8])).toEqual([1, 1]);
  expect(holmAdjusted([])).toEqual([]);
});
