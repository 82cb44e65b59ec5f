import { useQuery } from '@tanstack/react-query';
import type { IngredientRow, SplitScore } from '../../../preload/contract/ingredients.ts';
import { service } from '../../lib/service.ts';

/** An ingredient with what was measured of it. */
export type ScoredIngredient = IngredientRow & { readonly scores: readonly SplitScore[] };

/** The list does not wait for the scores: they come in when they are there. */
export function withScores(
  ingredients: readonly IngredientRow[],
  known: readonly { readonly ingredientId: number; readonly scores: readonly SplitScore[] }[] = [],
): readonly ScoredIngredient[] {
  const byId = new Map(known.map(({ ingredientId, scores }) => [ingredientId, scores]));
  return ingredients.map((ingredient) => ({ ...ingredient, scores: byId.get(ingredient.id) ?? [] }));
}

export function useScores(projectId: number) {
  return useQuery(service.ingredients.scores.queryOptions({ input: { projectId } })).data;
}
