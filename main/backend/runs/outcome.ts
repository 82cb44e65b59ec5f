import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { Run } from '../../../db/repositories/runs.ts';
import type { Architecture } from '../../architectures/architecture.ts';
import { mixtureOfBlend } from '../../mix/blend.ts';
import type { Mixture } from '../../mix/mixture.ts';
import { RECIPES } from '../../recipes/index.ts';
import type { Coefficients } from '../../recipes/recipe.ts';
import {
  ingredientSubject,
  type MixedOutputsSubject,
  mixedOutputsSubject,
  soupSubject,
  type WeightsSubject,
} from '../evaluations/subject.ts';

/** What mixing was asked for, of a run or of a request for one. */
type Mixing = Pick<Run, 'recipe' | 'accumulate' | 'dtype'> & {
  readonly ingredients: readonly { readonly ingredient: Ingredient }[];
};

/** Whether the recipe's weights are about outputs: what it comes to is several models, and no file can hold it as one. */
export function makesEnsemble(recipe: string): boolean {
  return RECIPES.find(({ name }) => name === recipe)?.makes === 'ensemble';
}

/** What the coefficients make of the files. */
export function mixtureOf(
  { ingredients, accumulate, dtype }: Omit<Mixing, 'recipe'>,
  coefficients: Coefficients,
): Mixture {
  const sources = ingredients.map(({ ingredient: { path, sha256, reading } }) => ({ path, sha256, reading }));
  return mixtureOfBlend(sources, coefficients, { accumulate, dtype });
}

/** What a recipe came to, as something that can be evaluated: a model with the mixed weights or, of some recipes, several with mixed outputs. */
export function outcomeSubject(
  architecture: Architecture,
  mixing: Mixing,
  coefficients: Coefficients,
): WeightsSubject | MixedOutputsSubject {
  if (!makesEnsemble(mixing.recipe)) return soupSubject(architecture, mixtureOf(mixing, coefficients));
  const members = mixing.ingredients.map(({ ingredient }) => ingredientSubject(architecture, ingredient));
  return mixedOutputsSubject(members, coefficients.groups[0]!.weights);
}
