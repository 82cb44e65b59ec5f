import { z } from 'zod';
import { closest } from './closest.ts';
import type { Larder, OptionFault } from './recipe.ts';

/** Forms let one choose among the ingredients. */
export const baseOption = z
  .string()
  .min(1)
  .optional()
  .meta({ description: 'Name of the ingredient that the others were fine-tuned from', refersTo: 'ingredient' });

/** What is wrong with a base that is needed. */
export function baseFaults(base: string | undefined, { ingredients }: Larder): readonly OptionFault[] {
  if (base !== undefined) return nameFaults(['base'], base, { ingredients });
  const remedy = `Name one of the ingredients: base: ${ingredients[0]?.name ?? 'NAME'}.`;
  return [
    { option: ['base'], what: 'The base is missing: the ingredient that the others were fine-tuned from', remedy },
  ];
}

/** What is wrong with the name of an ingredient. */
export function nameFaults(
  option: OptionFault['option'],
  name: string,
  { ingredients }: Pick<Larder, 'ingredients'>,
): readonly OptionFault[] {
  const names = ingredients.map((ingredient) => ingredient.name);
  if (names.includes(name)) return [];
  const guess = closest(name, names);
  const what = `There is no ingredient called '${name}'${guess === undefined ? '' : `; did you mean '${guess}'?`}`;
  return [{ option, what, remedy: `Ingredients: ${names.join(', ')}.` }];
}
