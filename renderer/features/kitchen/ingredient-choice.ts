import type { PantryIngredient } from '../../../preload/contract/kitchen.ts';
import type { FieldChoice } from './option-fields.ts';
import { type DraftIngredient, isSameIngredient } from './recipe-text.ts';

/** Whether every word of the filter is in the ingredient's name or among its hyper-parameters (`optimizer: sgd`). */
export function matchesFilter({ name, hyperparameters }: PantryIngredient, filter: string): boolean {
  const facts = Object.entries(hyperparameters).map(([key, value]) => `${key}:${plain(value)}`);
  const text = [name, ...facts].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .replace(/\s*[:=]\s*/g, ':')
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function plain(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function isChosen(ingredient: PantryIngredient, chosen: readonly DraftIngredient[]): boolean {
  return chosen.some((entry) => isSameIngredient(entry, ingredient));
}

/** What the recipe file names and the project does not have; it stays where it is. */
export function foreign(
  chosen: readonly DraftIngredient[],
  pantry: readonly PantryIngredient[],
): readonly DraftIngredient[] {
  return chosen.filter((entry) => !pantry.some((ingredient) => isSameIngredient(entry, ingredient)));
}

/**
 * The recipe file's ingredients with some of the project's put in or taken out. The project's stand in its order, which decides
 * between equals; those that it does not have come last.
 */
export function withChosen(
  chosen: readonly DraftIngredient[],
  pantry: readonly PantryIngredient[],
  changed: readonly PantryIngredient[],
  take: boolean,
): readonly DraftIngredient[] {
  const wanted = pantry.filter((ingredient) => (changed.includes(ingredient) ? take : isChosen(ingredient, chosen)));
  const kept = wanted.map((ingredient) => chosen.find((entry) => isSameIngredient(entry, ingredient)));
  const rest = foreign(chosen, pantry);
  const taken = new Set([...kept, ...rest].flatMap((entry) => entry?.name ?? []));
  const named = wanted.map((ingredient, i) => kept[i] ?? draftOf(ingredient, freeName(ingredient.name, taken)));
  return [...named, ...rest];
}

function draftOf({ path, sha256, stateDict, map }: PantryIngredient, name: string): DraftIngredient {
  return {
    path,
    name,
    sha256,
    ...(stateDict === undefined ? {} : { stateDict }),
    ...(map === undefined ? {} : { map }),
  };
}

/** Takes the name, or the next one that is free. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
  taken.add(name);
  return name;
}

/** What an ingredient goes by in the recipe file: its name there or, without one, its file's. */
export function nameOf({ name, path }: DraftIngredient): string {
  return (
    name ??
    path
      .split(/[\\/]/)
      .at(-1)!
      .replace(/\.[^.]*$/, '')
  );
}

/** Ingredients that an option may name: those that go in, and those of the project that would. */
export function ingredientChoices(
  chosen: readonly DraftIngredient[],
  pantry: readonly PantryIngredient[],
): readonly FieldChoice[] {
  const names = chosen.map(nameOf);
  const others = pantry.filter((one) => !one.missing && !isChosen(one, chosen) && !names.includes(one.name));
  const choice = (value: string, explanation: string): FieldChoice => ({
    value,
    label: value,
    explanation,
    disabled: false,
  });
  return [
    ...names.map((name) => choice(name, '')),
    ...others.map(({ name, isBase }) =>
      choice(name, isBase ? 'Others were made from it; it goes in when chosen' : 'It goes in when chosen'),
    ),
  ];
}
