import { expect, test } from 'vitest';
import type { PantryIngredient } from '../../../preload/contract/kitchen.ts';
import { foreign, matchesFilter, withChosen } from '../../../renderer/features/kitchen/ingredient-choice.ts';

const ingredient = (id: number, name: string, hyperparameters = {}): PantryIngredient => ({
  id,
  name,
  path: `/models/${name}-${id}.pt`,
  sha256: String(id).repeat(64),
  architecture: 'mlp',
  hyperparameters,
  isBase: false,
  missing: false,
  selectionAccuracy: null,
});

const PANTRY = [
  ingredient(1, 'a', { optimizer: 'sgd', learningRate: 0.1 }),
  ingredient(2, 'b', { optimizer: 'adam' }),
  ingredient(3, 'a', { optimizer: 'sgd' }),
];

test('a filter looks at names and hyper-parameters, every word of it', () => {
  const shown = (filter: string) => PANTRY.filter((one) => matchesFilter(one, filter)).map(({ id }) => id);
  expect(shown('')).toEqual([1, 2, 3]);
  expect(shown('optimizer: SGD')).toEqual([1, 3]);
  expect(shown('sgd 0.1')).toEqual([1]);
  expect(shown('optimizer = adam')).toEqual([2]);
});

test('what is taken stands in the order of the project, each by a name of its own', () => {
  const [first, , third] = PANTRY;
  const taken = withChosen(withChosen([], PANTRY, [third!], true), PANTRY, [first!], true);
  expect(taken.map(({ name, path }) => [name, path])).toEqual([
    ['a-2', '/models/a-1.pt'],
    ['a', '/models/a-3.pt'],
  ]);
  expect(withChosen(taken, PANTRY, PANTRY, false)).toEqual([]);
});

test('what only the recipe file names stays there', () => {
  const own = { path: '/elsewhere/x.pt', name: 'x' };
  const taken = withChosen([own], PANTRY, [PANTRY[1]!], true);
  expect(taken.map(({ name }) => name)).toEqual(['b', 'x']);
  expect(foreign(taken, PANTRY)).toEqual([own]);
});
