import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findRecipe } from '../../../main/recipes/index.ts';
import { optionFields } from '../../../renderer/features/kitchen/option-fields.ts';
import { carriedOver } from '../../../renderer/features/kitchen/option-fit.ts';

const fieldsOf = (recipe: string) => optionFields(z.toJSONSchema(findRecipe(recipe).options, { io: 'input' }));

describe('options that another recipe has as well', () => {
  test('are carried over where name and type fit, and nothing else is', () => {
    const ties = { base: 'origin', lambda: 0.8, density: [0.2, 1], sign_election: 'count', weight: [{ value: 0.3 }] };
    expect(carriedOver(ties, fieldsOf('dare_linear'))).toEqual({
      base: 'origin',
      lambda: 0.8,
      density: [0.2, 1],
      weight: [{ value: 0.3 }],
    });
    expect(carriedOver({ metric: 'loss', weights: 'heavy', base: 3 }, fieldsOf('weighted'))).toEqual({});
  });

  test('a value outside of what the other takes stays behind', () => {
    expect(carriedOver({ density: 7, lambda: 'strong' }, fieldsOf('ties'))).toEqual({});
    expect(carriedOver({ maxModels: 2.5, order: 'sideways', metric: 'loss' }, fieldsOf('greedy'))).toEqual({
      metric: 'loss',
    });
  });

  test('options of single ingredients lose the columns that the other lacks', () => {
    const table = { ingredients: { a: { weight: 0.5, density: 0.3 }, b: { density: 0.1 } } };
    expect(carriedOver(table, fieldsOf('linear'))).toEqual({ ingredients: { a: { weight: 0.5 } } });
  });
});
