import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { queryClient, service } from '../../lib/service.ts';
import type { DataSearch } from './data-search.ts';
import { spreadRows } from './rows-to-show.ts';

/** Samples that are shown at once. */
export const SAMPLE_WINDOW = 40;

/** Samples that damage is shown on. */
const DAMAGED = 6;

export function splitsQuestion(projectId: number) {
  return service.datasets.list.queryOptions({ input: { projectId } });
}

/** The split that is looked into. */
export function chosenSplit(splits: readonly SplitRow[], { split }: Pick<DataSearch, 'split'>): SplitRow | undefined {
  return splits.find(({ id }) => id === split) ?? splits[0];
}

/** Another list of splits is checked anew. */
export function leakageQuestion(projectId: number, splits: readonly SplitRow[]) {
  return service.datasets.leakage.queryOptions({
    input: { projectId },
    queryKey: [...service.datasets.leakage.queryKey({ input: { projectId } }), splits.map(({ id }) => id)],
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function samplesQuestion(split: SplitRow, label: number | undefined, offset: number) {
  return service.datasets.samples.queryOptions({
    input: { splitId: split.id, offset, limit: SAMPLE_WINDOW, ...(label === undefined ? {} : { label }) },
  });
}

export function balanceQuestion(split: SplitRow) {
  return service.datasets.balance.queryOptions({ input: { splitId: split.id } });
}

/** @param turn another number takes other samples */
export function damageQuestion(split: SplitRow, kind: string, turn: number) {
  return service.datasets.corrupt.queryOptions({
    input: { splitId: split.id, kind, rows: [...spreadRows(split.sampleCount, DAMAGED, turn)] },
  });
}

/**
 * Asks for all that the page shows, each as soon as what it depends on is known. What fails is told by the page, which asks again.
 * @param isThere somebody has come and waits; otherwise nothing is asked for that a split would have to be prepared or compared for
 */
export async function beginData(projectId: number, search: DataSearch, isThere: boolean): Promise<void> {
  const [splits, [damage]] = await Promise.all([
    queryClient.ensureQueryData(splitsQuestion(projectId)),
    queryClient.ensureQueryData(service.datasets.corruptions.queryOptions()),
  ]);
  const split = chosenSplit(splits, search);
  if (split === undefined || !(isThere || split.prepared)) return;
  await Promise.all([
    queryClient.prefetchQuery(samplesQuestion(split, search.label, 0)),
    queryClient.prefetchQuery(balanceQuestion(split)),
    damage && queryClient.prefetchQuery(damageQuestion(split, damage.kind, 0)),
    isThere && queryClient.prefetchQuery(leakageQuestion(projectId, splits)),
  ]);
}
