import { expect, test } from 'vitest';
import { choiceOf, choose, textOfChoice } from '../../../renderer/features/ingredients/choice.ts';

const ORDER = [5, 3, 9, 1];

test('a choice survives the address, and nonsense in it chooses nothing', () => {
  expect([...choiceOf('3,x,9,-1,,2.5')]).toEqual([3, 9]);
  expect(textOfChoice(new Set([3, 9]))).toBe('3,9');
  expect(textOfChoice(new Set())).toBeUndefined();
});

test('one row is chosen and left out again', () => {
  const chosen = choose(new Set(), ORDER, { id: 3, chosen: true });
  expect([...chosen]).toEqual([3]);
  expect(choose(chosen, ORDER, { id: 3, chosen: false }).size).toBe(0);
});

test('a range goes by the order of the list, either way, and keeps what was chosen elsewhere', () => {
  expect([...choose(new Set([1]), ORDER, { id: 9, chosen: true, from: 5 })].sort()).toEqual([1, 3, 5, 9]);
  expect([...choose(new Set(ORDER), ORDER, { id: 3, chosen: false, from: 1 })]).toEqual([5]);
});

test('a range from a row that is no longer listed is one row', () => {
  expect([...choose(new Set(), ORDER, { id: 9, chosen: true, from: 77 })]).toEqual([9]);
});
