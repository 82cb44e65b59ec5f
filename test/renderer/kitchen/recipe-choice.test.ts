import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RECIPES, TRANSFORMATIONS } from '../../../main/recipes/index.ts';
import type { Recipe, Transformation } from '../../../main/recipes/recipe.ts';
import type { PantryIngredient, RecipeCard } from '../../../preload/contract/kitchen.ts';
import { stepChosen, withRecipeChosen } from '../../../renderer/features/kitchen/recipe-choice.ts';
import { readText } from '../../../renderer/features/kitchen/recipe-text.ts';

const cardOf = (recipe: Recipe | Transformation): RecipeCard => ({
  ...recipe,
  options: z.toJSONSchema(recipe.options, { io: 'input' }) as Record<string, unknown>,
});
const recipes = RECIPES.map(cardOf);
const steps = TRANSFORMATIONS.map(cardOf);

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
const kitchen = { recipes, steps, pantry, metric: 'loss' };
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

  test('what both have goes along at first; coming back, each has what it last had', () => {
    const ties = withRecipeChosen(TEXT, 'ties', kitchen).replace('base: origin', 'base: origin\n  density: 0.4');
    const della = withRecipeChosen(ties, 'della', kitchen);
    expect(draftOf(della).options).toEqual({ base: 'origin', density: 0.4 });
    const kept = { ties: { base: 'origin', lambda: 2 } };
    expect(draftOf(withRecipeChosen(della, 'ties', kitchen, kept)).options).toEqual({ base: 'origin', lambda: 2 });
    const back = withRecipeChosen(TEXT, 'ties', kitchen, kept);
    expect(draftOf(back)).toMatchObject({ options: { lambda: 2 }, ingredients: ['origin', 'a', 'b'] });
  });

  test('a chain comes back with its steps and with the base that they name', () => {
    const kept = { chain: { steps: [{ recipe: 'ties', options: { base: 'origin' } }] } };
    const chain = withRecipeChosen(TEXT, 'chain', kitchen, kept);
    expect(draftOf(chain)).toEqual({ recipe: 'chain', options: kept.chain, ingredients: ['origin', 'a', 'b'] });
    expect(draftOf(withRecipeChosen(chain, 'uniform', kitchen)).ingredients).toEqual(['a', 'b']);
  });

  test('a step has the options that its recipe last had, and the base of the steps before', () => {
    const draft = (options: string) => {
      const read = readText(TEXT.replace('recipe: uniform\noptions: {}', `recipe: chain\noptions: ${options}`));
      if (read.kind === 'broken') throw new Error('The text is broken.');
      return read.draft;
    };
    expect(stepChosen('align', draft('{}'), kitchen)).toEqual({ step: { recipe: 'align' } });
    expect(stepChosen('ties', draft('{}'), kitchen, { ties: { density: 0.3 } })).toEqual({
      step: { recipe: 'ties', options: { base: 'origin', density: 0.3 } },
      base: 'origin',
    });
    const after = draft('{ steps: [{ recipe: ties, options: { base: a } }] }');
    expect(stepChosen('rescale', after, kitchen).step.options).toEqual({ base: 'a' });
  });

  test('a text that cannot be read stays as it is', () => {
    expect(withRecipeChosen('recipe: [', 'ties', kitchen)).toBe('recipe: [');
  });
});
