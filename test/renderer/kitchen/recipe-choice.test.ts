import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RECIPES } from '../../../main/recipes/index.ts';
import type { PantryIngredient, RecipeCard } from '../../../preload/contract/kitchen.ts';
import { withRecipeChosen } from '../../../renderer/features/kitchen/recipe-choice.ts';
import { readText } from '../../../renderer/features/kitchen/recipe-text.ts';

const recipes: readonly RecipeCard[] = RECIPES.map((recipe) => ({
  ...recipe,
  options: z.toJSONSchema(recipe.options, { io: 'input' }) as Record<string, unknown>,
}));

function ingredient(name: string, isBase = false): PantryIngredient {
  return {
    id: name.charCodeAt(0),
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

const pantry = [ingredient('origin', true), ingredient('a'), ingredient('b')];
const kitchen = { recipes, pantry, metric: 'loss' };
const TEXT = `recipe: uniform
options: {}
ingredients:
  - { path: /models/a.pt, name: a, sha256: ${'a'.repeat(8)} } # the first
  - { path: /models/b.pt, name: b, sha256: ${'b'.repeat(8)} }
`;

function draftOf(text: string) {
  const read = readText(text);
  if (read.kind === 'broken') throw new Error('The text is broken.');
  const { recipe, options, ingredients } = read.draft;
  return { recipe, options, ingredients: ingredients.map(({ name }) => name) };
}

describe('choosing a recipe', () => {
  test('one that needs a base gets what the others were made from, and it goes in', () => {
    const text = withRecipeChosen(TEXT, 'ties', kitchen);
    expect(draftOf(text)).toEqual({
      recipe: 'ties',
      options: { base: 'origin' },
      ingredients: ['origin', 'a', 'b'],
    });
    expect(text).toContain('# the first');
  });

  test('the next one keeps the base, and one that has none lets it go again', () => {
    const ties = withRecipeChosen(TEXT, 'ties', kitchen).replace('base: origin', 'base: a');
    expect(draftOf(withRecipeChosen(ties, 'della', kitchen)).options).toEqual({ base: 'a' });
    const back = withRecipeChosen(withRecipeChosen(TEXT, 'ties', kitchen), 'greedy', kitchen);
    expect(draftOf(back)).toEqual({ recipe: 'greedy', options: { metric: 'loss' }, ingredients: ['a', 'b'] });
  });

  test('without anything that others were made from, the base is left to be chosen', () => {
    const text = withRecipeChosen(TEXT, 'ties', { ...kitchen, pantry: pantry.slice(1) });
    expect(draftOf(text)).toEqual({ recipe: 'ties', options: {}, ingredients: ['a', 'b'] });
  });

  test('a text that cannot be read stays as it is', () => {
    expect(withRecipeChosen('recipe: [', 'ties', kitchen)).toBe('recipe: [');
  });
});
