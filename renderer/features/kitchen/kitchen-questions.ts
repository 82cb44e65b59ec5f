import { queryClient, service } from '../../lib/service.ts';
import type { KitchenSearch } from './kitchen-search.ts';

/** Recipes come with the application and never change while it runs. */
export function recipesQuestion() {
  return { ...service.kitchen.recipes.queryOptions(), staleTime: Number.POSITIVE_INFINITY };
}

export function pantryQuestion(projectId: number) {
  return service.kitchen.pantry.queryOptions({ input: { projectId } });
}

/** The recipe file to begin with. Once it is shown the text is the user's: it is neither asked for again under their hands nor kept. */
export function draftQuestion(projectId: number, { from, recipe, soup, folder, sweep, point }: KitchenSearch) {
  const input = {
    projectId,
    ...(from === undefined ? {} : { runId: from }),
    ...(recipe === undefined ? {} : { recipe }),
    ...(soup === undefined ? {} : { soup }),
    ...(soup === undefined || folder === undefined ? {} : { ingredientFolder: folder }),
    ...(sweep === undefined || point === undefined ? {} : { point: { sweepId: sweep, ordinal: point } }),
  };
  return {
    ...service.kitchen.draft.queryOptions({ input }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  };
}

/** Asks for all that the page begins with at once. What fails is told by the page, which asks again. */
export async function beginKitchen(projectId: number, search: KitchenSearch): Promise<void> {
  // A job or a sweep is watched there in place of a recipe.
  if (search.job !== undefined || (search.sweep !== undefined && search.point === undefined)) return;
  await Promise.all([
    queryClient.prefetchQuery(recipesQuestion()),
    queryClient.prefetchQuery(pantryQuestion(projectId)),
    queryClient.prefetchQuery(draftQuestion(projectId, search)),
  ]);
}
