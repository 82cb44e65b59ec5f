import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { beginComparison } from '../features/compare/compare-questions.ts';
import { beginData } from '../features/data/data-questions.ts';
import { pantryQuestion, recipesQuestion } from '../features/kitchen/kitchen-questions.ts';
import { queryClient, service } from '../lib/service.ts';

/** What the pages of a project begin with; each then shows at once what is known, and asks whether it still holds. */
function beginnings(projectId: number): readonly (() => Promise<unknown>)[] {
  const input = { projectId };
  return [
    () => queryClient.prefetchQuery(service.ingredients.list.queryOptions({ input })),
    () => queryClient.prefetchQuery(recipesQuestion()),
    () => queryClient.prefetchQuery(pantryQuestion(projectId)),
    () => queryClient.prefetchQuery(service.runs.columns.queryOptions({ input })),
    () => beginData(projectId, {}, false),
    () => beginComparison(projectId, {}, false),
    () => queryClient.prefetchQuery(service.system.overview.queryOptions()),
  ];
}

/** Fetches what the other pages of the project at hand begin with, one after another, whenever nothing else is going on. */
export function useFetchAhead(): void {
  const { projectId } = useParams({ strict: false });
  useEffect(() => {
    if (projectId === undefined || !/^\d+$/.test(projectId)) return;
    const waiting = [...beginnings(Number(projectId))];
    let turn: number;
    const next = async (): Promise<void> => {
      await waiting
        .shift()?.()
        .catch(() => {});
      if (waiting.length > 0) turn = requestIdleCallback(next);
    };
    turn = requestIdleCallback(next);
    return () => {
      waiting.length = 0;
      cancelIdleCallback(turn);
    };
  }, [projectId]);
}
