import { existsSync } from 'node:fs';
import type { EvaluationRepository } from '../../../db/repositories/evaluations.ts';
import type { Ingredient, IngredientRepository } from '../../../db/repositories/ingredients.ts';
import { architectureName } from '../../architectures/build.ts';
import { isFloating } from '../../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { type ErrorFacts, StockpotError } from '../../errors.ts';
import { splitScores } from './scores.ts';

/** An ingredient as lists show it. */
export function ingredientRow(ingredient: Ingredient) {
  return {
    ...ingredient,
    reading: ingredient.reading ?? null,
    architecture: architectureName(ingredient.architecture),
    missing: !existsSync(ingredient.path),
  };
}

interface FileContent {
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly parameterCount: number;
  }[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly problem: ErrorFacts | null;
}

/** All that is known of an ingredient; its file is opened, its tensors are not read. */
export async function ingredientDetails(
  ingredient: Ingredient,
  ingredients: IngredientRepository,
  evaluations: EvaluationRepository,
) {
  return {
    ...ingredientRow(ingredient),
    architectureSpec: { ...ingredient.architecture },
    ...(await contentOf(ingredient)),
    training: trainingOf(ingredient),
    scores: splitScores(evaluations, [ingredient]).get(ingredient.id) ?? [],
    runs: ingredients.runsOf(ingredient.id).map(({ id, recipe, weights }) => ({ id, recipe, weight: mean(weights) })),
  };
}

async function contentOf({ path, reading }: Ingredient): Promise<FileContent> {
  try {
    const checkpoint = await openCheckpoint(path, reading);
    try {
      const tensors = [...checkpoint.tensors.values()].map(({ name, dtype, shape, elementCount }) => ({
        name,
        dtype,
        shape,
        parameterCount: isFloating(dtype) ? elementCount : 0,
      }));
      return { tensors, metadata: checkpoint.metadata, problem: null };
    } finally {
      checkpoint.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    return { tensors: [], metadata: {}, problem: thrown.toFacts() };
  }
}

function trainingOf({ training }: Ingredient) {
  if (training === null) return null;
  const { epochs, bestEpoch, imagesSeen, seconds, runtimeIdentity } = training.result;
  return { config: { ...training.config }, epochs, bestEpoch, imagesSeen, seconds, runtime: runtimeIdentity };
}

/** Over the tensor groups. */
function mean(weights: readonly number[] | null): number | null {
  if (weights === null || weights.length === 0) return null;
  return weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
}
