import type { PantryIngredient, RecipeCard } from '../../../preload/contract/kitchen.ts';
import { stepsOf } from './chain-text.ts';
import { isChosen, nameOf, withChosen } from './ingredient-choice.ts';
import { optionFields } from './option-fields.ts';
import { carriedOver } from './option-fit.ts';
import { isSameIngredient, type RecipeDraft, readText, withIngredients, withRecipe } from './recipe-text.ts';
import type { KeptOptions } from './use-kept-options.ts';

/** What the project says of options, beside the recipes themselves. */
export interface Kitchen {
  readonly recipes: readonly RecipeCard[];
  /** What only chains have as steps. */
  readonly steps: readonly RecipeCard[];
  readonly pantry: readonly PantryIngredient[];
  /** What decides in the project. */
  readonly metric: string;
}

/**
 * The text of another recipe. Its options are those that it last had; at first, those that it shares with the recipe before, and
 * what the project can say of the others: the metric that decides, and the base where one is needed. The base goes in; one that no
 * recipe asks for any more goes out again.
 */
export function withRecipeChosen(text: string, name: string, kitchen: Kitchen, kept: KeptOptions = {}): string {
  const read = readText(text);
  const recipe = kitchen.recipes.find((one) => one.name === name);
  if (read.kind === 'broken' || recipe === undefined) return text;
  const { draft } = read;
  const fields = optionFields(recipe.options);
  const options = kept[name] ?? { ...proposedOptions(recipe, kitchen), ...carriedOver(draft.options, fields) };
  const baseField = baseFieldOf(recipe);
  const before = basesOf(draft, kitchen)[0];
  if (baseField === undefined) {
    const changed = withRecipe(text, name, options);
    const wanted = basesOf({ recipe: name, options }, kitchen);
    const idle = kitchen.pantry.filter((one) => one.isBase && one.name === before && !wanted.includes(before));
    if (idle.some((one) => isChosen(one, draft.ingredients))) {
      return withIngredients(changed, withChosen(draft.ingredients, kitchen.pantry, idle, false));
    }
    return wanted.reduce((so, base) => withNamedTaken(so, base, kitchen.pantry, (taken) => taken), changed);
  }
  const base = before ?? options[baseField] ?? proposedBase(recipe, draft, kitchen);
  if (base === undefined) return withRecipe(text, name, options);
  const { [baseField]: _, ...others } = options;
  return withNamedTaken(text, String(base), kitchen.pantry, (changed, called) =>
    withRecipe(changed, name, { [baseField]: called, ...others }),
  );
}

/** A step for a chain, with the options that the recipe last had and with the base that other steps name, or that it needs. */
export function stepChosen(name: string, draft: RecipeDraft, kitchen: Kitchen, kept: KeptOptions = {}): ChosenStep {
  const card = [...kitchen.steps, ...kitchen.recipes].find((one) => one.name === name);
  if (card === undefined) return { step: { recipe: name } };
  const baseField = baseFieldOf(card);
  const options: Record<string, unknown> = { ...(kept[name] ?? proposedOptions(card, kitchen)) };
  const base = baseField && (options[baseField] ?? basesOf(draft, kitchen)[0] ?? proposedBase(card, draft, kitchen));
  const wanted = baseField !== undefined && base !== undefined ? { ...options, [baseField]: base } : options;
  return {
    step: { recipe: name, ...(Object.keys(wanted).length === 0 ? {} : { options: wanted }) },
    ...(typeof base === 'string' ? { base } : {}),
  };
}

/** A step as it is written, and the ingredient that has to go in for it. */
interface ChosenStep {
  readonly step: { readonly recipe: string; readonly options?: Readonly<Record<string, unknown>> };
  readonly base?: string;
}

/** What decides in the project decides in its recipes too, where they let one choose. */
function proposedOptions({ options }: RecipeCard, { metric }: Kitchen): Readonly<Record<string, unknown>> {
  const field = optionFields(options).find(({ name }) => name === 'metric');
  return field === undefined || field.defaultValue === metric ? {} : { metric };
}

/** Which option names the base, where the recipe knows one. */
function baseFieldOf({ needs, options }: RecipeCard): string | undefined {
  if (needs.base === undefined) return undefined;
  return optionFields(options).find(({ kind }) => kind === 'ingredient')?.name;
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

/** As `withIngredientTaken`, of an ingredient by its name; one that goes in already, or that nobody knows, is left alone. */
export function withNamedTaken(
  text: string,
  name: string,
  pantry: readonly PantryIngredient[],
  then: (text: string, name: string) => string,
): string {
  const read = readText(text);
  if (read.kind === 'broken') return text;
  const known = pantry.find((one) => one.name === name);
  const isIn = read.draft.ingredients.map(nameOf).includes(name);
  return isIn || known === undefined ? then(text, name) : withIngredientTaken(text, known, pantry, then);
}

/** Every base that a recipe's options name, those of its steps among them. */
function basesOf({ recipe, options }: Pick<RecipeDraft, 'recipe' | 'options'>, kitchen: Kitchen): readonly string[] {
  const card = [...kitchen.steps, ...kitchen.recipes].find(({ name }) => name === recipe);
  if (card === undefined) return [];
  const own = options[baseFieldOf(card) ?? ''];
  const fields = optionFields(card.options).filter(({ kind }) => kind === 'steps');
  const ofSteps = fields.flatMap(({ name }) => stepsOf(options[name])).flatMap((step) => basesOf(step, kitchen));
  return [...(typeof own === 'string' ? [own] : []), ...ofSteps];
}

/** What others were made from, of the architecture of those that are taken; where the recipe needs a base. */
function proposedBase({ needs }: RecipeCard, { ingredients }: RecipeDraft, { pantry }: Kitchen): string | undefined {
  if (needs.base !== 'needed') return undefined;
  const taken = pantry.find((one) => isChosen(one, ingredients));
  return pantry.find(
    ({ isBase, missing, architecture }) =>
      isBase && !missing && (taken === undefined || architecture === taken.architecture),
  )?.name;
}
