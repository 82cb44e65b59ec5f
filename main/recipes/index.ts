import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import { adaMerging } from './ada-merging.ts';
import { align } from './align.ts';
import { chainOf } from './chain.ts';
import { closest } from './closest.ts';
import { greedy } from './greedy.ts';
import { greedyLayers } from './greedy-layers.ts';
import { greedyReplacement } from './greedy-replacement.ts';
import { groupSoups } from './group-soups.ts';
import { largestBasin } from './largest-basin.ts';
import { layerwise } from './layerwise.ts';
import { learned } from './learned.ts';
import { learnedMixing } from './learned-mixing.ts';
import { METHOD_RECIPES } from './merge-methods.ts';
import { modelStockLayerwise } from './model-stock-layerwise.ts';
import { type PlaceOf, refuseFaults } from './option-faults.ts';
import { performanceWeighted } from './performance-weighted.ts';
import { pruned } from './pruned.ts';
import type { Larder, OptionFault, Recipe, Transformation } from './recipe.ts';
import { rescale } from './rescale.ts';
import { ema, lawa, swa } from './trajectory.ts';
import { uniform } from './uniform.ts';
import { weighted } from './weighted.ts';
import { wiseFt } from './wise-ft.ts';
import { wiseFtSearch } from './wise-ft-search.ts';

/** Steps that only chains have. */
export const TRANSFORMATIONS: readonly Transformation[] = [
  align,
  groupSoups,
  largestBasin,
  rescale,
] as readonly Transformation[];

/** Every recipe, in the order in which help and forms list them. */
export const RECIPES: readonly Recipe[] = [
  uniform,
  weighted,
  performanceWeighted,
  greedy,
  greedyReplacement,
  pruned,
  layerwise,
  greedyLayers,
  learnedMixing,
  learned,
  adaMerging,
  wiseFt,
  wiseFtSearch,
  swa,
  ema,
  lawa,
  modelStockLayerwise,
  ...METHOD_RECIPES,
  chainOf({ recipes: () => RECIPES, transformations: TRANSFORMATIONS, issuesOf: optionIssues }),
] as readonly Recipe[];

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
export function parseOptions<Options>(recipe: Recipe<Options>, raw: unknown, placeOf?: PlaceOf): Options {
  refuseFaults(recipe, optionIssues(recipe, raw), placeOf);
  return recipe.options.parse(raw ?? {});
}

/**
 * As `parseOptions`, together with the ingredients.
 * @throws StockpotError `recipe/bad-option`, `recipe/…`
 */
export function checkedOptions<Options>(
  recipe: Recipe<Options>,
  raw: unknown,
  larder: Larder,
  placeOf?: PlaceOf,
): Options {
  const options = parseOptions(recipe, raw, placeOf);
  refuseFaults(recipe, recipe.check?.(options, larder) ?? [], placeOf);
  return options;
}

/** What is wrong with options as a user wrote them, option by option; nothing when they are valid. */
export function optionIssues(recipe: Pick<Recipe, 'options'>, raw: unknown): readonly OptionFault[] {
  const parsed = recipe.options.safeParse(raw ?? {});
  return parsed.success ? [] : describeIssues(parsed.error.issues, optionNames(recipe));
}

function describeIssues(issues: readonly z.core.$ZodIssue[], known: readonly string[]): readonly OptionFault[] {
  const remedy = known.length === 0 ? 'This recipe has no options.' : `Options: ${known.join(', ')}.`;
  return issues.flatMap((issue): readonly OptionFault[] => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ option: [...path, key], what: unknownOption(key, known), remedy }));
    }
    const meant = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
    if (meant === undefined) return [{ option: path, what: issue.message, remedy }];
    return describeIssues(
      meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
      known,
    );
  });
}

/** Of the forms that an option may have, the one that was probably meant: where the type fits and a value inside does not. */
function meantBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const isOtherType = (issue: z.core.$ZodIssue): boolean => issue.code === 'invalid_type' && issue.path.length === 0;
  const fitting = branches.filter((issues) => !issues.some(isOtherType));
  return fitting.toSorted((a, b) => a.length - b.length)[0] ?? branches[0];
}

function unknownOption(key: string, known: readonly string[]): string {
  const guess = closest(key, known);
  return `There is no such option${guess === undefined ? '' : `; did you mean '${guess}'?`}`;
}

function optionNames(recipe: Pick<Recipe, 'options'>): readonly string[] {
  return Object.keys(z.toJSONSchema(recipe.options, { io: 'input' }).properties ?? {});
}
