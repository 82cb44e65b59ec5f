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

interface OptionIssue {
  /** Its path joined by dots; empty for the options as a whole. */
  readonly option: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
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
  const problems = describeIssues(parsed.error.issues, known);
  const [first] = problems;
  const option = first === undefined || first.option === '' ? '' : `, option ${first.option}`;
  const place = first === undefined || placeOf === undefined ? '' : `; ${placeOf(first.path)}`;
  throw new StockpotError({
    code: 'recipe/bad-option',
    what: first?.message ?? 'The options are not valid',
    where: `recipe ${recipe.name}${option}${place}`,
    ...(problems.length > 1 ? { details: problems.map((problem) => `${problem.option}: ${problem.message}`) } : {}),
    remedy: known.length === 0 ? 'This recipe has no options.' : `Options: ${known.join(', ')}.`,
  });
}

/** What is wrong with options as a user wrote them, option by option; nothing when they are valid. */
export function optionIssues(recipe: Recipe, raw: unknown): readonly OptionIssue[] {
  const parsed = recipe.options.safeParse(raw ?? {});
  return parsed.success ? [] : describeIssues(parsed.error.issues, optionNames(recipe));
}

function describeIssues(issues: readonly z.core.$ZodIssue[], known: readonly string[]): readonly OptionIssue[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ option: key, path: [key], message: unknownOption(key, known) }))
      : [{ option: issue.path.join('.'), path: issue.path, message: issue.message }],
  );
}

function unknownOption(key: string, known: readonly string[]): string {
  const guess = closest(key, known);
  return `There is no such option${guess === undefined ? '' : `; did you mean '${guess}'?`}`;
}

function optionNames(recipe: Recipe): readonly string[] {
  return Object.keys(z.toJSONSchema(recipe.options).properties ?? {});
}
