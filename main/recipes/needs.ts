import { StockpotError } from '../errors.ts';
import type { CookContext, Recipe, SelectionOracle } from './recipe.ts';

type Needy = Pick<Recipe, 'name' | 'needs'>;

/**
 * Whether a recipe can be cooked with what there is; to be asked before any work starts.
 * @throws StockpotError `recipe/no-ingredients`, `recipe/too-few-ingredients`, `recipe/needs-selection`
 */
export function checkNeeds(recipe: Needy, ingredientCount: number, hasSelection: boolean): void {
  if (ingredientCount === 0) {
    throw new StockpotError({
      code: 'recipe/no-ingredients',
      what: 'There are no ingredients to make a soup of',
      where: `recipe ${recipe.name}`,
      remedy: 'Name at least one checkpoint.',
    });
  }
  if (ingredientCount < recipe.needs.minimumIngredients) {
    throw new StockpotError({
      code: 'recipe/too-few-ingredients',
      what: `At least ${recipe.needs.minimumIngredients} ingredients are needed, there are ${ingredientCount}`,
      where: `recipe ${recipe.name}`,
    });
  }
  if (recipe.needs.selection && !hasSelection) throw needsSelection(recipe);
}

/** The oracle of a context that `checkNeeds` accepts. */
export function selectionOf(recipe: Needy, context: Pick<CookContext, 'ingredients' | 'selection'>): SelectionOracle {
  checkNeeds(recipe, context.ingredients.length, context.selection !== undefined);
  if (context.selection === undefined) throw needsSelection(recipe);
  return context.selection;
}

function needsSelection(recipe: Needy): StockpotError {
  return new StockpotError({
    code: 'recipe/needs-selection',
    what: 'This recipe decides by scores on held-out data, and there is no selection split',
    where: `recipe ${recipe.name}`,
    remedy: 'Give the run a selection split, or choose a recipe that needs none (uniform, weighted).',
  });
}
