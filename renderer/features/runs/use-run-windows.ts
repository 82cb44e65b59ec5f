import { keepPreviousData, type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { RunRow } from '../../../preload/contract/runs.ts';
import { service } from '../../lib/service.ts';
import type { ColumnOrder } from './runs-search.ts';

const WINDOW = 100;
/** Windows beyond those in sight: more of them where the reader is heading. */
const BEHIND = 1;
const AHEAD = 3;

export interface RunQuery {
  readonly projectId: number;
  readonly where: string;
  readonly sort: readonly ColumnOrder[];
}

interface RunWindow {
  readonly total: number;
  readonly rows: readonly RunRow[];
}

/** What is asked for first, by whoever asks: the same question is sent once. */
export function firstWindow(query: RunQuery) {
  return { ...query, sort: [...query.sort], limit: WINDOW, offset: 0 };
}

/** The first window is always there: it tells how many rows there are, also while another part is in sight. */
export function useFirstWindow(query: RunQuery): UseQueryResult<RunWindow> {
  return useQuery(service.runs.list.queryOptions({ input: firstWindow(query), placeholderData: keepPreviousData }));
}

/**
 * The rows of a long table around those in sight: whole windows, each asked for once, so that jumping anywhere costs one call.
 * @param first and `last` are the places of the rows in sight
 */
export function useRunWindows(
  query: RunQuery,
  head: RunWindow | undefined,
  first: number,
  last: number,
): (index: number) => RunRow | undefined {
  const input = firstWindow(query);
  const isHeadingUp = useIsHeadingUp(first);
  const total = head?.total ?? 0;
  const from = Math.max(0, Math.floor(first / WINDOW) - (isHeadingUp ? AHEAD : BEHIND));
  const to = Math.min(
    Math.floor(Math.max(0, total - 1) / WINDOW),
    Math.floor(last / WINDOW) + (isHeadingUp ? BEHIND : AHEAD),
  );
  const places = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).filter((place) => place > 0);
  const others = useQueries({
    queries: places.map((place) => service.runs.list.queryOptions({ input: { ...input, offset: place * WINDOW } })),
  });
  return (index) => {
    const place = Math.floor(index / WINDOW);
    const page = place === 0 ? head : others[places.indexOf(place)]?.data;
    return page?.rows[index % WINDOW];
  };
}

function useIsHeadingUp(first: number): boolean {
  const before = useRef({ first, isUp: false });
  const { current } = before;
  const isUp = first === current.first ? current.isUp : first < current.first;
  useEffect(() => {
    before.current = { first, isUp };
  }, [first, isUp]);
  return isUp;
}
