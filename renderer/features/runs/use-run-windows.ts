import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { RunRow } from '../../../preload/contract/runs.ts';
import { service } from '../../lib/service.ts';
import type { ColumnOrder } from './runs-search.ts';

const WINDOW = 100;

export interface RunQuery {
  readonly projectId: number;
  readonly where: string;
  readonly sort: readonly ColumnOrder[];
}

/** What is asked for first, by whoever asks: the same question is sent once. */
export function firstWindow(query: RunQuery) {
  return { ...query, sort: [...query.sort], limit: WINDOW, offset: 0 };
}

/**
 * The rows of a long table around those in sight: whole windows, each asked for once, so that jumping anywhere costs one call.
 * @param first and `last` are the places of the rows in sight
 */
export function useRunWindows(query: RunQuery, first: number, last: number) {
  const input = firstWindow(query);
  // The first window is always there: it tells how many rows there are, also while another part is in sight.
  const head = useQuery(service.runs.list.queryOptions({ input, placeholderData: keepPreviousData }));
  const total = head.data?.total ?? 0;
  const from = Math.max(0, Math.floor(first / WINDOW) - 1);
  const to = Math.min(Math.floor(Math.max(0, total - 1) / WINDOW), Math.floor(last / WINDOW) + 1);
  const places = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).filter((place) => place > 0);
  const others = useQueries({
    queries: places.map((place) => service.runs.list.queryOptions({ input: { ...input, offset: place * WINDOW } })),
  });
  const rowAt = (index: number): RunRow | undefined => {
    const place = Math.floor(index / WINDOW);
    const page = place === 0 ? head.data : others[places.indexOf(place)]?.data;
    return page?.rows[index % WINDOW];
  };
  return { head, total, rowAt };
}
