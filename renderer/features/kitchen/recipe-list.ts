import type { RecipeCard } from '../../../preload/contract/kitchen.ts';

/** Recipes that need the same beside ingredients, by kind. */
export interface RecipeGroup {
  readonly title: string;
  readonly families: readonly { readonly title: string; readonly recipes: readonly RecipeCard[] }[];
}

const FAMILIES: Readonly<Record<RecipeCard['family'], string>> = {
  search: 'Search',
  learned: 'Learned',
  average: 'Averages',
  trajectory: 'Along one training',
  interpolation: 'Interpolation',
  'task-vectors': 'Task vectors',
  composition: 'Compositions',
};

const NEEDS: readonly { readonly title: string; readonly has: (needs: RecipeCard['needs']) => boolean }[] = [
  { title: 'With a selection split', has: ({ selection }) => selection },
  { title: 'With ingredients alone', has: ({ selection, base }) => !selection && base !== 'needed' },
  { title: 'With a base model', has: ({ selection, base }) => !selection && base === 'needed' },
];

/** Every recipe once: by what it needs, then by kind, then as the registry has them. */
export function grouped(recipes: readonly RecipeCard[]): readonly RecipeGroup[] {
  return NEEDS.flatMap(({ title, has }) => {
    const own = recipes.filter(({ needs }) => has(needs));
    const families = (Object.keys(FAMILIES) as RecipeCard['family'][]).flatMap((family) => {
      const members = own.filter((recipe) => recipe.family === family);
      return members.length === 0 ? [] : [{ title: FAMILIES[family], recipes: members }];
    });
    return families.length === 0 ? [] : [{ title, families }];
  });
}

/** Recipes that say every word, those first that are called so; all of them where nothing is looked for. */
export function found(recipes: readonly RecipeCard[], wanted: string): readonly RecipeCard[] {
  const phrase = wanted.trim().toLowerCase();
  const words = phrase.split(/\s+/).filter((word) => word !== '');
  return recipes
    .filter((recipe) => words.every((word) => textOf(recipe).includes(word)))
    .map((recipe) => ({ recipe, rank: rankOf(recipe, phrase) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ recipe }) => recipe);
}

function rankOf({ name, title }: RecipeCard, phrase: string): number {
  const names = [name.toLowerCase(), title.toLowerCase()];
  if (names.includes(phrase)) return 0;
  if (names.some((one) => one.startsWith(phrase))) return 1;
  return names.some((one) => one.includes(phrase)) ? 2 : 3;
}

function textOf(recipe: RecipeCard): string {
  const { name, title, description, chooseWhen, source, family, needs } = recipe;
  return [name, title, description, chooseWhen, source, FAMILIES[family], needsOf(needs)].join('\n').toLowerCase();
}

/** `Needs 2 or more ingredients and a base`; the base is not counted among them. */
export function needsOf({ selection, base, minimumIngredients, maximumIngredients }: RecipeCard['needs']): string {
  const least = Math.max(1, minimumIngredients - (base === 'needed' ? 1 : 0));
  const most = maximumIngredients === undefined ? undefined : maximumIngredients - (base === undefined ? 0 : 1);
  const others = [...(base === 'needed' ? ['a base'] : []), ...(selection ? ['a selection split'] : [])];
  const needed = [ingredientCount(least, most), ...others].join(' and ');
  return `Needs ${needed}${base === 'optional' ? '; a base if there is one' : ''}`;
}

function ingredientCount(least: number, most: number | undefined): string {
  if (most === least) return least === 1 ? '1 ingredient' : `${least} ingredients`;
  if (most !== undefined) return `${least} to ${most} ingredients`;
  return least === 1 ? 'any number of ingredients' : `${least} or more ingredients`;
}
