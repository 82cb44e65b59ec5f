import { parseDocument } from 'yaml';
import { nameOf } from './ingredient-choice.ts';
import { optionFields } from './option-fields.ts';
import { type Kitchen, withIngredientTaken, withRecipeChosen } from './recipe-choice.ts';
import { readText, withRecipe, withValue } from './recipe-text.ts';

/**
 * The text with a preset's recipe, options and scope; ingredients, data and settings stay. A base that the project knows nothing of
 * gives way to the project's own.
 * @param preset a recipe file's text
 */
export function withPreset(text: string, preset: string, kitchen: Kitchen): string {
  const wanted = readText(preset);
  if (wanted.kind === 'broken' || readText(text).kind === 'broken') return text;
  const { recipe, options } = wanted.draft;
  const card = kitchen.recipes.find(({ name }) => name === recipe);
  if (card === undefined) return text;
  const changed = withRecipeChosen(text, recipe, kitchen);
  const field = optionFields(card.options).find(({ kind }) => kind === 'ingredient')?.name;
  const base = field === undefined ? undefined : options[field];
  const written = (current: string, own: Readonly<Record<string, unknown>>): string =>
    withValue(withRecipe(current, recipe, { ...options, ...own }), ['scope'], scopeOf(preset));
  if (field === undefined || base === undefined) return written(changed, {});
  const now = readText(changed);
  if (now.kind === 'broken' || now.draft.ingredients.some((one) => nameOf(one) === base)) return written(changed, {});
  const known = kitchen.pantry.find(({ name }) => name === base);
  if (known !== undefined) {
    return withIngredientTaken(changed, known, kitchen.pantry, (current, name) => written(current, { [field]: name }));
  }
  const proposed = now.draft.options[field];
  return written(changed, proposed === undefined ? {} : { [field]: proposed });
}

function scopeOf(preset: string): unknown {
  return (parseDocument(preset).toJS() as { readonly scope?: unknown }).scope;
}
