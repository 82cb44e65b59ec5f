import type { PantryIngredient, RecipeCard } from '../../../preload/contract/kitchen.ts';
import { isChosen, withChosen } from './ingredient-choice.ts';
import { optionFields } from './option-fields.ts';
import { isSameIngredient, type RecipeDraft, readText, withIngredients, withRecipe } from './recipe-text.ts';

export interface Kitchen {
  readonly recipes: readonly RecipeCard[];
  readonly pantry: readonly PantryIngredient[];
  /** What decides in the project. */
  readonly metric: string;
}

/**
 * The text of another recipe, with what the project can say of its options: the metric that decides, and the base where one is
 * needed, which then goes in; a base that no recipe asks for any more goes out again.
 */
export function withRecipeChosen(text: string, name: string, { recipes, pantry, metric }: Kitchen): string {
  const read = readText(text);
  const recipe = recipes.find((one) => one.name === name);
  if (read.kind === 'broken' || recipe === undefined) return text;
  const { draft } = read;
  const fields = optionFields(recipe.options);
  const metricField = fields.find((field) => field.name === 'metric');
  const proposed = metricField === undefined || metricField.defaultValue === metric ? {} : { metric };
  const baseField = fields.find(({ kind }) => kind === 'ingredient')?.name;
  const before = baseBefore(draft, recipes);
  if (baseField === undefined) {
    const idle = pantry.filter(({ isBase, name: own }) => isBase && own === before);
    const changed = withRecipe(text, name, proposed);
    if (!idle.some((one) => isChosen(one, draft.ingredients))) return changed;
    return withIngredients(changed, withChosen(draft.ingredients, pantry, idle, false));
  }
  if (before !== undefined) return withRecipe(text, name, { [baseField]: before, ...proposed });
  const base = recipe.needs.base === 'needed' ? baseOf(draft, pantry) : undefined;
  if (base === undefined) return withRecipe(text, name, proposed);
  return withIngredientTaken(text, base, pantry, (changed, called) =>
    withRecipe(changed, name, { [baseField]: called, ...proposed }),
  );
}

/** The text with an ingredient in it, and with what is said of that by the name that it goes by there. */
export function withIngredientTaken(
  text: string,
  ingredient: PantryIngredient,
  pantry: readonly PantryIngredient[],
  then: (text: string, name: string) => string,
): string {
  const read = readText(text);
  if (read.kind === 'broken') return text;
  const chosen = withChosen(read.draft.ingredients, pantry, [ingredient], true);
  const called = chosen.find((entry) => isSameIngredient(entry, ingredient))?.name ?? ingredient.name;
  return then(withIngredients(text, chosen), called);
}

function baseBefore({ recipe, options }: RecipeDraft, recipes: readonly RecipeCard[]): string | undefined {
  const schema = recipes.find(({ name }) => name === recipe)?.options;
  const field = optionFields(schema ?? {}).find(({ kind }) => kind === 'ingredient');
  const named = field === undefined ? undefined : options[field.name];
  return typeof named === 'string' ? named : undefined;
}

/** What others were made from, of the architecture of those that are taken. */
function baseOf({ ingredients }: RecipeDraft, pantry: readonly PantryIngredient[]): PantryIngredient | undefined {
  const taken = pantry.find((one) => isChosen(one, ingredients));
  return pantry.find(
    ({ isBase, missing, architecture }) =>
      isBase && !missing && (taken === undefined || architecture === taken.architecture),
  );
}
