import { describe, expect, test } from 'vitest';
import type { ParallelData } from '../../../renderer/charts/chart-data.ts';
import { isWithin, rangesAfter } from '../../../renderer/charts/parallel-ranges.ts';

const line = (label: string, ...values: (number | null)[]) => ({
  subject: { kind: 'soup', label, ordinal: 0 } as const,
  values,
});
const data: ParallelData = {
  title: 'All',
  kind: 'parallel',
  axes: [{ title: 'clean', unit: '%' }, { title: 'size', unit: 'MB' }, { title: 'passes' }],
  lines: [line('a', 90, 1, 1), line('b', 100, 5, 5), line('c', 95, null, 1)],
};

describe('a rectangle over axes', () => {
  test('narrows those that it crosses, in their own units', () => {
    expect(rangesAfter(data, { x: [-0.2, 1.2], y: [0.5, 1.1] })).toEqual({
      'clean (%)': [95, 100],
      'size (MB)': [3, 5],
    });
  });

  test('narrows the nearest one where it crosses none, and keeps the others', () => {
    const ranges = { 'clean (%)': [90, 95] as const };
    expect(rangesAfter({ ...data, ranges }, { x: [1.7, 1.9], y: [0.25, 0] })).toEqual({ ...ranges, passes: [1, 2] });
  });

  test('sets an axis free where it covers all of it', () => {
    const ranges = { 'clean (%)': [90, 95] as const };
    expect(rangesAfter({ ...data, ranges }, { x: [-0.1, 0.1], y: [-0.1, 1.1] })).toEqual({});
  });
});

test('a line is within the ranges when it passes through all of them; one without a value does not', () => {
  const ranges = { 'clean (%)': [90, 95] as const, 'size (MB)': [0, 2] as const };
  const within = data.lines.filter(({ values }) => isWithin({ ...data, ranges }, values));
  expect(within.map(({ subject }) => subject.label)).toEqual(['a']);
  expect(isWithin(data, [null, null, null])).toBe(true);
});
