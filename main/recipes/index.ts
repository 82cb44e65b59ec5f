import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import { closest } from './closest.ts';
import { greedy } from './greedy.ts';
import { performanceWeighted } from './performance-weighted.ts';
import type { Recipe } from './recipe.ts';
import { uniform } from './uniform.ts';
import { weighted } from './weighted.ts';

/** Every recipe, in the order in which help and forms list them. */
export const RECIPES: readonly Recipe[] = [uniform, weighted, performanceWeighted, greedy];

/** @throws StockpotError `recipe/unknown`, with the known ones and the one that was probably meant */
export function findRecipe(name: string): Recipe {
  const found = RECIPES.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const names = RECIPES.map((recipe) => recipe.name);
  const guess = closest(name, names);
  throw new StockpotError({
    code: 'recipe/unknown',
    what: `There is no recipe '${name}'${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
    remedy: `Recipes: ${names.join(', ')}.`,
  });
}

/**
 * A recipe's options from what a user wrote, defaults filled in.
 * @param placeOf where an option stands, for messages: `recipe.yml, line 4`
 * @throws StockpotError `recipe/bad-option`, every bad option in its details
 */
export function parseOptions<Options>(
  recipe: Recipe<Options>,
  raw: unknown,
  placeOf?: (option: readonly PropertyKey[]) => string,
): Options {
  const parsed = recipe.options.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const known = optionNames(recipe);
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [key], message: unknownOption(key, known) }))
      : [{ path: issue.path, message: issue.message }],
  );
  const [first] = problems;
  const option = first === undefined || first.path.length === 0 ? '' : `, option ${first.path.join('.')}`;
  const place = first === undefined || placeOf === undefined ? '' : `; ${placeOf(first.path)}`;
  throw new StockpotError({
    code: 'recipe/bad-option',
    what: first?.message ?? 'The options are not valid',
    where: `recipe ${recipe.name}${option}${place}`,
    ...(problems.length > 1 ? { details: problems.map(({ path, message }) => `${path.join('.')}: ${message}`) } : {}),
    remedy: known.length === 0 ? 'This recipe has no options.' : `Options: ${known.join(', ')}.`,
  });
}

function unknownOption(key: string, known: readonly string[]): string {
  const guess = closest(key, known);
  return `There is no such option${guess === undefined ? '' : `; did you mean '${guess}'?`}`;
}

function optionNames(recipe: Recipe): readonly string[] {
  return Object.keys(z.toJSONSchema(recipe.options).properties ?? {});
}
