import { describe, expect, test } from 'vitest';
import { deltaOf, formatFigure, formatValue } from '../../../renderer/features/runs/run-values.ts';
import {
  idsOf,
  movedColumn,
  shownColumns,
  sortOf,
  textOfSort,
  textOfWidths,
  toggledSort,
  validateRunsSearch,
  widthsOf,
} from '../../../renderer/features/runs/runs-search.ts';

const column = (id: string) => ({ id, title: id, group: 'Run', kind: 'share' as const, help: '' });

describe('the address of a table of runs', () => {
  test('keeps what it knows and forgets the rest', () => {
    expect(validateRunsSearch({ q: 'greedy', base: '7', group: 'x', selected: 5, evil: 1, sort: '' })).toEqual({
      q: 'greedy',
      base: 7,
      selected: '5',
    });
  });

  test('holds the order, newest first unless it says otherwise', () => {
    expect(sortOf(undefined)).toEqual([{ column: 'id', descending: true }]);
    const sort = sortOf('recipe,-accuracy.clean');
    expect(sort).toEqual([
      { column: 'recipe', descending: false },
      { column: 'accuracy.clean', descending: true },
    ]);
    expect(textOfSort(sort)).toBe('recipe,-accuracy.clean');
  });

  test('holds widths within reason', () => {
    expect(widthsOf('accuracy.a:b:120,notes:5,x,seed:90')).toEqual({ 'accuracy.a:b': 120, seed: 90 });
    expect(textOfWidths({ seed: 90.4 })).toBe('seed:90');
  });

  test('holds chosen runs once each', () => {
    expect(idsOf('3,3,0,-1,x,4')).toEqual([3, 4]);
  });

  test('shows the columns that it names, or else those that say most', () => {
    const all = ['id', 'recipe', 'seed', 'accuracy.noise', 'lead.noise', 'shifted'].map(column);
    expect(shownColumns('seed,gone,id', all).map(({ id }) => id)).toEqual(['seed', 'id']);
    expect(shownColumns(undefined, all).map(({ id }) => id)).toEqual([
      'id',
      'recipe',
      'accuracy.noise',
      'lead.noise',
      'shifted',
    ]);
  });
});

test('a column moves beside its neighbour, and not past the edge', () => {
  const ids = ['id', 'recipe', 'seed'];
  expect(movedColumn(ids, 'recipe', 1)).toEqual(['id', 'seed', 'recipe']);
  expect(movedColumn(ids, 'seed', -2)).toEqual(['seed', 'id', 'recipe']);
  expect(movedColumn(ids, 'id', -1)).toEqual(ids);
  expect(movedColumn(ids, 'gone', 1)).toEqual(ids);
});

test('a click sorts a column, turns it round, and lets go of it; with Shift the others stay', () => {
  const once = toggledSort([{ column: 'id', descending: true }], 'seed', false);
  expect(once).toEqual([{ column: 'seed', descending: true }]);
  expect(toggledSort(once, 'seed', false)).toEqual([{ column: 'seed', descending: false }]);
  expect(toggledSort([{ column: 'seed', descending: false }], 'seed', false)).toEqual([]);
  const two = toggledSort(once, 'recipe', true);
  expect(textOfSort(two)).toBe('-seed,-recipe');
  expect(textOfSort(toggledSort(two, 'seed', true))).toBe('seed,-recipe');
});

test('figures are written with their unit, and their distance from the baseline says whether it is better', () => {
  expect(formatFigure(0.98765, 'share')).toBe('98.77 %');
  expect(formatFigure(-0.0012, 'points')).toBe('−0.12 pp');
  expect(formatValue(null, 'share')).toBe('');
  expect(deltaOf(0.99, 0.98, { kind: 'share', better: 'higher' })).toEqual({ text: '+1.00', better: true });
  expect(deltaOf(0.5, 0.4, { kind: 'nats', better: 'lower' })).toEqual({ text: '+0.1000', better: false });
  expect(deltaOf(0.98, 0.98, { kind: 'share' })).toEqual({ text: '±0.00', better: null });
  expect(deltaOf(0.98, null, { kind: 'share' })).toBeUndefined();
});
