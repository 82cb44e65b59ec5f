import type { CompareSubject } from '../../../preload/contract/compare.ts';
import { queryClient, service } from '../../lib/service.ts';
import { metricsQuestion } from '../../lib/use-metrics.ts';
import { type CompareFocus, focusOf } from './compare-focus.ts';
import { type CompareSearch, comparedRefs, refsOf } from './compare-search.ts';

export function choicesQuestion(projectId: number) {
  return service.compare.choices.queryOptions({ input: { projectId } });
}

export function overviewQuestion(projectId: number, refs: readonly string[]) {
  return service.compare.overview.queryOptions({ input: { projectId, subjects: [...refs] } });
}

interface PairsAsked extends Pick<CompareFocus, 'baseline' | 'metric'> {
  readonly projectId: number;
  readonly subjects: readonly CompareSubject[];
  readonly setId: number;
}

/** The predictions that the answer rests on never change. */
export function pairedQuestion({ projectId, subjects, baseline, setId, metric }: PairsAsked) {
  return service.compare.paired.queryOptions({
    input: {
      projectId,
      subjects: subjects.map(({ ref }) => ref),
      baseline: baseline.ref,
      setId,
      metric: metric.id,
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface DuelAsked extends Pick<CompareFocus, 'baseline' | 'set'> {
  readonly projectId: number;
  readonly subject: CompareSubject;
}

export function duelQuestion({ projectId, subject, baseline, set }: DuelAsked) {
  return service.compare.duel.queryOptions({
    input: { projectId, subject: subject.ref, baseline: baseline.ref, setId: set.id },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/**
 * Asks for all that a comparison shows, each as soon as what it depends on is known. What fails is told by the page, which asks again.
 * @param isThere somebody has come and waits; otherwise nothing is asked for that predictions would have to be read for
 */
export async function beginComparison(projectId: number, search: CompareSearch, isThere: boolean): Promise<void> {
  const choices = queryClient.ensureQueryData(choicesQuestion(projectId));
  const named = refsOf(search.subjects);
  const refs = comparedRefs(search, named.length > 0 ? [] : await choices);
  if (refs.length === 0) return;
  const [overview, metrics, project] = await Promise.all([
    queryClient.ensureQueryData(overviewQuestion(projectId, refs)),
    queryClient.ensureQueryData(metricsQuestion()),
    queryClient.ensureQueryData(service.projects.get.queryOptions({ input: { id: projectId } })),
    choices,
  ]);
  const focus = focusOf(overview, metrics, project.metric, search);
  const { subjects } = overview;
  if (!isThere || focus === undefined || subjects.length < 2) return;
  const { duelist } = focus;
  await Promise.all([
    ...focus.barSets.map((setId) =>
      queryClient.prefetchQuery(pairedQuestion({ projectId, subjects, setId, ...focus })),
    ),
    duelist && queryClient.prefetchQuery(duelQuestion({ projectId, subject: duelist, ...focus })),
  ]);
}
