import { expect, test } from 'vitest';
import { numericOptions } from '../../../main/backend/sweeps/numeric-options.ts';
import { findRecipe, RECIPES } from '../../../main/recipes/index.ts';

const namesOf = (recipe: string, options: unknown, ingredients: readonly string[] = ['a', 'b', 'c']) =>
  numericOptions(findRecipe(recipe), options, ingredients).map(({ name }) => name);

test('a number has its limits, its value and a range to try', () => {
  const [alpha] = numericOptions(findRecipe('wise-ft'), { base: 'a', alpha: 0.3 }, ['a', 'b']);
  expect(alpha).toMatchObject({
    place: ['alpha'],
    name: 'alpha',
    integer: false,
    minimum: 0,
    maximum: 1,
    value: 0.3,
    proposed: { from: 0, to: 1, steps: 11 },
  });
  expect(numericOptions(findRecipe('wise-ft'), undefined, [])[0]).toMatchObject({ value: 0.5 });
});

test('options of single ingredients are those of each one but the base', () => {
  const names = namesOf('ties', { base: 'a' });
  expect(names).toEqual(expect.arrayContaining(['density', 'lambda', 'ingredients.b.density', 'ingredients.c.weight']));
  expect(names.filter((name) => name.startsWith('ingredients.a'))).toEqual([]);
});

test('values over the depth, by filters and in lists are offered as they are written', () => {
  expect(namesOf('ties', { base: 'a', density: [0.2, 0.8] })).toEqual(
    expect.arrayContaining(['density.0', 'density.1']),
  );
  const filtered = { base: 'a', density: [{ filter: 'fc', value: 0.2 }, { value: 0.8 }] };
  expect(namesOf('ties', filtered)).toEqual(expect.arrayContaining(['density.0.value', 'density.1.value']));
  expect(namesOf('weighted', { weights: [1, 2, 3] })).toEqual(['weights.0', 'weights.1', 'weights.2']);
});

test("a chain's steps have the numbers of their recipes", () => {
  const steps = [
    { recipe: 'align' },
    { recipe: 'ties', options: { base: 'a' } },
    { recipe: 'rescale' },
    { recipe: 'none' },
  ];
  expect(namesOf('chain', { steps })).toEqual(
    expect.arrayContaining(['steps.1.options.density', 'steps.1.options.ingredients.b.weight']),
  );
});

test('whatever is proposed is allowed', () => {
  for (const recipe of RECIPES) {
    for (const { minimum, maximum, proposed } of numericOptions(recipe, {}, ['a', 'b', 'c'])) {
      const { from, to, steps } = proposed;
      expect([from < to, from >= (minimum ?? from), to <= (maximum ?? to), steps >= 2]).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
  }
});
