import { expect, test } from 'vitest';
import {
  sortingOf,
  textOfSorting,
  validateIngredientsSearch,
} from '../../../renderer/features/ingredients/ingredients-search.ts';

test('an address keeps what it may hold and drops the rest', () => {
  const search = { q: 'sgd', origin: 'trained', open: '3', dialog: 'train', tag: '', sort: 7, view: 'circle', x: 1 };
  expect(validateIngredientsSearch(search)).toEqual({
    q: 'sgd',
    origin: 'trained',
    open: 3,
    dialog: 'train',
    sort: '7',
  });
  expect(validateIngredientsSearch({ origin: 'bought', open: -1, dialog: 'x' })).toEqual({});
});

test('an order of columns survives the way through an address', () => {
  const sorting = [
    { id: 'accuracy:clean', desc: true },
    { id: 'name', desc: false },
  ];
  expect(textOfSorting(sorting)).toBe('-accuracy:clean,name');
  expect(sortingOf(textOfSorting(sorting))).toEqual(sorting);
  expect(sortingOf(undefined)).toEqual([]);
  expect(sortingOf(',-,')).toEqual([]);
});
