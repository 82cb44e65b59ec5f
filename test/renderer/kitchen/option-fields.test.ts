import { expect, test } from 'vitest';
import { z } from 'zod';
import { findRecipe, RECIPES, TRANSFORMATIONS } from '../../../main/recipes/index.ts';
import { optionFields, readNumbers } from '../../../renderer/features/kitchen/option-fields.ts';

const fieldsOf = (schema: z.ZodType) => optionFields(z.toJSONSchema(schema, { io: 'input' }));

test('every kind of option gets its field, with its default and its limits', () => {
  const schema = z.strictObject({
    order: z.enum(['article', 'sorted']).default('article').describe('How it goes'),
    maxModels: z.int().min(1).optional(),
    temperature: z.number().positive().default(0.01),
    normalize: z.boolean().default(true),
    weights: z.array(z.number()).min(1),
    names: z.array(z.string()).optional(),
    level: z.literal([1, 2, 3]).optional(),
    note: z.string().optional(),
    nested: z.object({ deep: z.number() }).optional(),
  });
  expect(fieldsOf(schema)).toEqual([
    {
      name: 'order',
      label: 'Order',
      description: 'How it goes',
      defaultValue: 'article',
      required: false,
      varies: false,
      kind: 'choice',
      values: ['article', 'sorted'],
    },
    expect.objectContaining({ name: 'maxModels', label: 'Max models', kind: 'number', integer: true, minimum: 1 }),
    expect.objectContaining({ name: 'temperature', kind: 'number', integer: false, defaultValue: 0.01, minimum: 0 }),
    expect.objectContaining({ name: 'normalize', kind: 'switch', defaultValue: true }),
    expect.objectContaining({ name: 'weights', kind: 'list', of: 'number', required: true }),
    expect.objectContaining({ name: 'names', kind: 'list', of: 'text', required: false }),
    expect.objectContaining({ name: 'level', kind: 'choice', values: [1, 2, 3] }),
    expect.objectContaining({ name: 'note', kind: 'text' }),
    expect.objectContaining({ name: 'nested', kind: 'other' }),
  ]);
});

test('every option of every recipe and of every step has a field and says what it does', () => {
  for (const recipe of [...RECIPES, ...TRANSFORMATIONS]) {
    for (const field of fieldsOf(recipe.options)) {
      expect(field.kind, `${recipe.name}.${field.name}`).not.toBe('other');
      expect(field.description, `${recipe.name}.${field.name}`).not.toBe('');
    }
  }
});

test('a base is chosen among ingredients, and their own options are a table of settings that may vary', () => {
  const fields = fieldsOf(findRecipe('ties').options);
  expect(fields.some(({ name }) => name === 'int8_mask')).toBe(false);
  const named = (name: string) => fields.find((field) => field.name === name);
  expect(named('base')).toMatchObject({ kind: 'ingredient', varies: false, required: false });
  expect(named('density')).toMatchObject({ kind: 'number', varies: true, defaultValue: 1, minimum: 0, maximum: 1 });
  expect(named('normalize')).toMatchObject({ kind: 'switch', varies: true, defaultValue: true });
  expect(named('ingredients')).toMatchObject({
    kind: 'table',
    columns: [
      { name: 'weight', kind: 'number', varies: true },
      { name: 'density', kind: 'number', varies: true },
    ],
  });
});

test('the largest safe integer is no limit that a form shows', () => {
  const [count] = fieldsOf(z.strictObject({ count: z.int().min(1) }));
  expect(count).toMatchObject({ minimum: 1, maximum: undefined });
});

test('numbers are read from commas and spaces, words are refused', () => {
  expect(readNumbers('1, 0.5 2;3')).toEqual([1, 0.5, 2, 3]);
  expect(readNumbers('')).toEqual([]);
  expect(readNumbers('1, two')).toBeUndefined();
});
