import { queryClient, service } from '../../lib/service.ts';

export function runQuestion(id: number) {
  return service.runs.get.queryOptions({ input: { id } });
}

/**
 * Asks for all that the page shows, each as soon as what it depends on is known. What fails is told by the page, which asks again.
 * @param isThere somebody has come and waits; otherwise nothing is asked for that predictions would have to be read for
 */
export async function beginRun(runId: number, isThere: boolean): Promise<void> {
  const input = { runId };
  const facts = queryClient.prefetchQuery(service.reports.facts.queryOptions({ input }));
  const replayed = queryClient.prefetchQuery(service.reports.replayed.queryOptions({ input }));
  const { status } = await queryClient.ensureQueryData(runQuestion(runId));
  const isDone = status === 'done';
  await Promise.all([
    isDone && isThere && queryClient.prefetchQuery(service.reports.verdict.queryOptions({ input })),
    isDone && queryClient.prefetchQuery(service.reports.evaluations.queryOptions({ input })),
    isDone && queryClient.prefetchQuery(service.exports.list.queryOptions({ input })),
    facts,
    replayed,
  ]);
}
