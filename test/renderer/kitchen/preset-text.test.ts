import { expect, test } from 'vitest';
import { z } from 'zod';
import { RECIPES } from '../../../main/recipes/index.ts';
import type { PantryIngredient, RecipeCard } from '../../../preload/contract/kitchen.ts';
import { withPreset } from '../../../renderer/features/kitchen/preset-text.ts';
import { readText } from '../../../renderer/features/kitchen/recipe-text.ts';

const recipes: readonly RecipeCard[] = RECIPES.map((recipe) => ({
  ...recipe,
  options: z.toJSONSchema(recipe.options, { io: 'input' }) as Record<string, unknown>,
}));

function ingredient(name: string, isBase = false): PantryIngredient {
  return {
    id: name.length,
    name,
    path: `/models/${name}.pt`,
    sha256: name.repeat(8),
    architecture: 'mlp',
    hyperparameters: {},
    isBase,
    missing: false,
    selectionAccuracy: null,
  };
}

const pantry = [ingredient('origin', true), ingredient('a'), ingredient('b'), ingredient('c')];
const kitchen = { recipes, steps: [], pantry, metric: 'accuracy' };
const TEXT = `recipe: uniform
options: {}
scope: { freeze: "bn*" }
ingredients:
  - { path: /models/a.pt, name: a, sha256: aaaaaaaa } # the first
  - { path: /models/b.pt, name: b, sha256: bbbbbbbb }
seed: 3
`;

function applied(preset: string) {
  const text = withPreset(TEXT, preset, kitchen);
  const read = readText(text);
  if (read.kind === 'broken') throw new Error('The text is broken.');
  const { recipe, options, ingredients } = read.draft;
  return { text, recipe, options, names: ingredients.map(({ name }) => name) };
}

test('recipe, options and scope are the preset’s; ingredients and settings stay', () => {
  const { text, recipe, options, names } = applied('recipe: greedy\noptions: { maxModels: 2 }\n');
  expect([recipe, options, names]).toEqual(['greedy', { maxModels: 2 }, ['a', 'b']]);
  expect(text).toContain('# the first');
  expect(text).toContain('seed: 3');
  expect(text).not.toContain('scope');
  expect(applied('recipe: greedy\nscope: { only: "fc*" }\n').text).toContain('only: fc*');
});

test('a base that the project has goes in, one that it lacks gives way to its own', () => {
  const known = applied('recipe: ties\noptions: { base: c, density: 0.4 }\n');
  expect(known.options).toEqual({ base: 'c', density: 0.4 });
  expect(known.names).toContain('c');
  const unknown = applied('recipe: ties\noptions: { base: elsewhere, density: 0.4 }\n');
  expect(unknown.options).toEqual({ base: 'origin', density: 0.4 });
  expect(unknown.names).toContain('origin');
  const taken = applied('recipe: ties\noptions: { base: a }\n');
  expect(taken.options).toEqual({ base: 'a' });
});

test('a preset of a recipe that there is not, or that is none, changes nothing', () => {
  expect(withPreset(TEXT, 'recipe: gravy\n', kitchen)).toBe(TEXT);
  expect(withPreset(TEXT, 'recipe: [', kitchen)).toBe(TEXT);
});
