import { expect, test } from 'vitest';
import { periodOf, withPeriod } from '../../../renderer/features/runs/period.ts';

test('a period joins a filter, is replaced and leaves it again', () => {
  expect(withPeriod('', '7d')).toBe('created > 7d');
  expect(withPeriod('greedy', '7d')).toBe('greedy and created > 7d');
  expect(withPeriod('greedy and created > 7d', 'today')).toBe('greedy and created > today');
  expect(withPeriod('greedy and created > 7d', undefined)).toBe('greedy');
  expect(withPeriod('created > 30d', undefined)).toBe('');
});

test('alternatives stay together, and are bracketed once', () => {
  const both = withPeriod('greedy or uniform', '7d');
  expect(both).toBe('(greedy or uniform) and created > 7d');
  expect(withPeriod(both, '30d')).toBe('(greedy or uniform) and created > 30d');
  expect(withPeriod('(a or b) and (c or d)', '7d')).toBe('((a or b) and (c or d)) and created > 7d');
});

test('a filter tells its period only where that narrows the whole of it', () => {
  expect(periodOf('greedy and Created >= TODAY')).toBe('today');
  expect(periodOf('greedy or created > 7d')).toBeUndefined();
  expect(periodOf('created > 2026-11-01')).toBeUndefined();
});
