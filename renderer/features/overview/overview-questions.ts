import { queryClient, service } from '../../lib/service.ts';
import { metricsQuestion } from '../../lib/use-metrics.ts';

/** Of the latest runs as many are shown. */
const SHOWN = 5;

export function recentRunsQuestion(projectId: number) {
  return service.runs.list.queryOptions({ input: { projectId, limit: SHOWN } });
}

/** Asks for all that a project's front page shows, at once. What fails is told by the page, which asks again. */
export async function beginOverview(projectId: number): Promise<void> {
  const input = { id: projectId };
  await Promise.all([
    queryClient.prefetchQuery(service.projects.get.queryOptions({ input })),
    queryClient.prefetchQuery(service.projects.overview.queryOptions({ input })),
    queryClient.prefetchQuery(recentRunsQuestion(projectId)),
    queryClient.prefetchQuery(metricsQuestion()),
    queryClient.prefetchQuery(service.system.overview.queryOptions()),
  ]);
}
