import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StockpotError } from '../../main/errors.ts';
import { findRecipe, parseOptions, RECIPES } from '../../main/recipes/index.ts';
import { performanceWeighted, softmax } from '../../main/recipes/performance-weighted.ts';
import { uniform } from '../../main/recipes/uniform.ts';
import { weighted } from '../../main/recipes/weighted.ts';
import { cook, oracleOf } from './kitchen.ts';

function failure(work: () => unknown): StockpotError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown;
    throw thrown;
  }
  return expect.unreachable();
}

describe('uniform', () => {
  test('gives every ingredient the same share', async () => {
    const { outcome } = await cook(uniform, {}, 4);
    expect(outcome.coefficients).toEqual({
      groups: [{ name: 'all', tensors: 'rest', weights: [0.25, 0.25, 0.25, 0.25] }],
    });
    expect(outcome.used).toEqual(['i0', 'i1', 'i2', 'i3']);
  });
});

describe('weighted', () => {
  const weightsOf = async (options: unknown, count: number): Promise<readonly number[] | undefined> =>
    (await cook(weighted, parseOptions(weighted, options), count)).outcome.coefficients.groups[0]?.weights;

  test('makes weights add up to one', async () => {
    expect(await weightsOf({ weights: [2, 1, 1] }, 3)).toEqual([0.5, 0.25, 0.25]);
    expect(await weightsOf({ weights: [3, -1] }, 2)).toEqual([1.5, -0.5]);
  });

  test('uses them as they are where asked', async () => {
    expect(await weightsOf({ weights: [2, 0, -1], normalize: false }, 3)).toEqual([2, 0, -1]);
  });

  test.each([
    ['a wrong number of weights', { weights: [1, 2] }, 'recipe/weight-count'],
    ['weights that are all zero', { weights: [0, 0, 0], normalize: false }, 'recipe/zero-weights'],
    ['weights that cancel', { weights: [1, -1, 0] }, 'recipe/zero-sum'],
    ['weights that nearly cancel', { weights: [1e308, -1e308, 1e-320] }, 'recipe/zero-sum'],
  ])('refuses %s', async (_, options, code) => {
    await expect(weightsOf(options, 3)).rejects.toMatchObject({ code, kind: 'input' });
  });
});

describe('performance-weighted', () => {
  test('weighs by a softmax of the accuracies', async () => {
    const { outcome, trace } = await cook(
      performanceWeighted,
      parseOptions(performanceWeighted, { temperature: 0.02 }),
      3,
      oracleOf([0, 90, 92, 0, 91], 100),
    );
    const powers = [0.9, 0.92, 0.91].map((accuracy) => Math.exp(accuracy / 0.02));
    const sum = powers[0]! + powers[1]! + powers[2]!;
    for (const [i, weight] of outcome.coefficients.groups[0]!.weights.entries()) {
      expect(weight).toBeCloseTo(powers[i]! / sum, 12);
    }
    expect(trace.map((step) => step.kind)).toEqual(['ingredient-scored', 'ingredient-scored', 'ingredient-scored']);
  });

  test('goes from only the best to nearly uniform with the temperature', () => {
    expect(softmax([0.5, 0.9, 0.1], 1e-6)).toEqual([0, 1, 0]);
    for (const weight of softmax([0.5, 0.9, 0.1], 1e9)) expect(weight).toBeCloseTo(1 / 3, 8);
    expect(softmax([1e6, 1e6], 1e-9)).toEqual([0.5, 0.5]);
  });
});

describe('what a recipe needs', () => {
  const options: Readonly<Record<string, unknown>> = {
    weighted: { weights: [1] },
    chain: { steps: [{ recipe: 'uniform' }] },
  };

  test.each(RECIPES.map((recipe) => recipe.name))('%s refuses to cook without ingredients', async (name) => {
    const recipe = findRecipe(name);
    await expect(cook(recipe, parseOptions(recipe, options[name]), 0, oracleOf([], 1))).rejects.toMatchObject({
      code: 'recipe/no-ingredients',
    });
  });

  test.each(['greedy', 'performance-weighted'])('%s refuses to cook without a selection split', async (name) => {
    const recipe = findRecipe(name);
    await expect(cook(recipe, parseOptions(recipe, {}), 2)).rejects.toMatchObject({ code: 'recipe/needs-selection' });
  });
});

describe('the registry', () => {
  test('an unknown recipe is an error that lists the known ones', () => {
    const error = failure(() => findRecipe('performance_weighted'));
    expect(error.code).toBe('recipe/unknown');
    expect(error.message).toContain("did you mean 'performance-weighted'?");
    expect(error.remedy).toContain('uniform, weighted, performance-weighted, greedy');
    expect(failure(() => findRecipe('stew')).message).not.toContain('did you mean');
  });

  test('options are filled in', () => {
    expect(parseOptions(findRecipe('greedy'), undefined)).toEqual({
      order: 'article',
      metric: 'accuracy',
      exhaustive: false,
    });
    expect(parseOptions(findRecipe('weighted'), { weights: [1] })).toEqual({ weights: [1], normalize: true });
  });

  test.each([
    ['greedy', { maxModels: 0 }, 'option maxModels'],
    ['greedy', { order: 'random' }, 'option order'],
    ['greedy', { maxmodels: 3 }, 'option maxmodels'],
    ['weighted', {}, 'option weights'],
    ['weighted', { weights: [1, 'x'] }, 'option weights.1'],
    ['weighted', { weights: [1, Number.NaN] }, 'option weights.1'],
    ['performance-weighted', { temperature: -1 }, 'option temperature'],
    ['uniform', { anything: 1 }, 'option anything'],
    ['uniform', 'text', 'recipe uniform'],
  ])('%s with %j is refused by name', (name, raw, where) => {
    const error = failure(() => parseOptions(findRecipe(name), raw));
    expect(error.code).toBe('recipe/bad-option');
    expect(error.where).toContain(where);
  });

  test('a misspelt option is recognised', () => {
    expect(failure(() => parseOptions(findRecipe('greedy'), { maxmodels: 3 })).message).toContain("'maxModels'");
  });

  test('every option has a description to make forms from', () => {
    for (const recipe of RECIPES) {
      const schema = z.toJSONSchema(recipe.options, { io: 'input' });
      for (const property of Object.values(schema.properties ?? {})) {
        expect(property).toMatchObject({ description: expect.stringMatching(/\w+/) });
      }
    }
  });
});
