import { expect, test } from 'vitest';
import { axisOf, parseAxis } from '../../../main/backend/sweeps/axis-values.ts';
import { numericOptions } from '../../../main/backend/sweeps/numeric-options.ts';
import { findRecipe } from '../../../main/recipes/index.ts';

const options = numericOptions(findRecipe('wise-ft'), {}, []);
const integers = numericOptions(findRecipe('greedy'), {}, []);

const valuesOf = (text: string, known = options) => {
  const { name, range } = parseAxis(text);
  return axisOf(name, range, known).values;
};

test('a range is spread evenly, in numbers that can be written down, or by logarithm', () => {
  expect(valuesOf('alpha=0:1:11')).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect(valuesOf('alpha=0.001:1:4:log')).toEqual([0.001, 0.01, 0.1, 1]);
});

test('a list is taken in ascending order, each value once; whole numbers are kept whole', () => {
  expect(valuesOf('alpha=0.5,0.1,0.5')).toEqual([0.1, 0.5]);
  expect(valuesOf('maxModels=1:3:9', integers)).toEqual([1, 2, 3]);
});

test('what is no range says so, and an option that is none names the one that was meant', () => {
  for (const text of [
    'alpha',
    'alpha=',
    'alpha=0:1',
    'alpha=0:one:3',
    'alpha=0:1:3:cubic',
    'alpha=0:1:2.5',
    'alpha=1',
  ]) {
    expect(() => valuesOf(text)).toThrow(expect.objectContaining({ code: 'sweeps/bad-range' }));
  }
  expect(() => valuesOf('alpha=0:1:3:log')).toThrow('above 0');
  expect(() => valuesOf('alpha=0:1:1000')).toThrow('200');
  expect(() => valuesOf('alhpa=0:1:3')).toThrow("did you mean 'alpha'");
});
