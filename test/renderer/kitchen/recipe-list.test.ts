import { describe, expect, test } from 'vitest';
import { RECIPES } from '../../../main/recipes/index.ts';
import type { RecipeCard } from '../../../preload/contract/kitchen.ts';
import { found, grouped, needsOf } from '../../../renderer/features/kitchen/recipe-list.ts';

const CARDS: readonly RecipeCard[] = RECIPES.map((recipe) => ({ ...recipe, options: {} }));
const needsOfRecipe = (name: string): string => needsOf(CARDS.find((card) => card.name === name)!.needs);

describe('recipes by what they need', () => {
  test('every recipe stands in one group, those that decide by data first', () => {
    const groups = grouped(CARDS);
    const names = groups.flatMap(({ families }) => families.flatMap(({ recipes }) => recipes.map(({ name }) => name)));
    expect(names.toSorted()).toEqual(CARDS.map(({ name }) => name).toSorted());
    expect(groups.map(({ title }) => title)).toEqual([
      'With a selection split',
      'With ingredients alone',
      'With a base model',
    ]);
  });

  test('what one needs is told without counting the base twice', () => {
    expect(needsOfRecipe('uniform')).toBe('Needs any number of ingredients');
    expect(needsOfRecipe('greedy')).toBe('Needs any number of ingredients and a selection split');
    expect(needsOfRecipe('slerp')).toBe('Needs 1 ingredient and a base');
    expect(needsOfRecipe('model_stock')).toBe('Needs 2 or more ingredients and a base');
  });
});

describe('looking for a recipe', () => {
  test('one that is called so comes first, then those that begin so, then those that say it', () => {
    const names = found(CARDS, ' TIES ').map(({ name }) => name);
    expect(names[0]).toBe('ties');
    expect(names).toEqual(expect.arrayContaining(['dare_ties', 'breadcrumbs_ties', 'task_arithmetic']));
  });

  test('every word counts, of descriptions and sources as well', () => {
    expect(found(CARDS, 'izmailov').map(({ name }) => name)).toContain('swa');
    expect(found(CARDS, 'swa gravy')).toEqual([]);
    expect(found(CARDS, '  ')).toHaveLength(CARDS.length);
  });
});
