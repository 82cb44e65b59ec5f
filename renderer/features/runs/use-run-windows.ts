import { keepPreviousData, type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { RunRow } from '../../../preload/contract/runs.ts';
import { service } from '../../lib/service.ts';
import type { ColumnOrder } from './runs-search.ts';

/** So many come first: few, so that they are there soon. The windows begin after them. */
const FIRST = 100;
const WINDOW = 200;
/** Windows beyond those in sight: more of them where the reader is heading. */
const BEHIND = 1;
const AHEAD = 4;
/** Whoever changes something says so; nobody has to ask again for what was just scrolled past. */
const FRESH_MILLISECONDS = 60_000;

export interface RunQuery {
  readonly projectId: number;
  readonly where: string;
  readonly sort: readonly ColumnOrder[];
  /** Whose values are shown. */
  readonly columns: readonly string[];
}

export interface RunWindow {
  readonly total: number;
  readonly rows: readonly RunRow[];
}

/** What is asked for first, by whoever asks: the same question is sent once. */
export function firstWindow(query: RunQuery) {
  return { ...query, sort: [...query.sort], columns: [...query.columns], limit: FIRST, offset: 0 };
}

/** The first window is always there: it tells how many rows there are, also while another part is in sight. */
export function useFirstWindow(query: RunQuery): UseQueryResult<RunWindow> {
  return useQuery(service.runs.list.queryOptions({ input: firstWindow(query), placeholderData: keepPreviousData }));
}

/**
 * The rows of a long table around those in sight: whole windows, each asked for once, so that jumping anywhere costs one call. What
 * is further ahead is fetched once the first rows have been drawn.
 * @param first and `last` are the places of the rows in sight
 */
export function useRunWindows(
  query: RunQuery,
  { data: head, isPlaceholderData }: UseQueryResult<RunWindow>,
  first: number,
  last: number,
): (index: number) => RunRow | undefined {
  const input = { ...firstWindow(query), limit: WINDOW };
  const isHeadingUp = useIsHeadingUp(first);
  const isDrawn = useIsDrawn(head) && !isPlaceholderData;
  const [behind, ahead] = isDrawn ? (isHeadingUp ? [AHEAD, BEHIND] : [BEHIND, AHEAD]) : [0, 0];
  const from = Math.max(0, windowOf(first) - behind);
  const to = Math.min(windowOf((head?.total ?? 0) - 1), windowOf(last) + ahead);
  const windows = useQueries({
    queries: Array.from({ length: Math.max(0, to - from + 1) }, (_, place) =>
      service.runs.list.queryOptions({
        input: { ...input, offset: FIRST + (from + place) * WINDOW },
        staleTime: FRESH_MILLISECONDS,
      }),
    ),
  });
  return (index) =>
    index < FIRST ? head?.rows[index] : windows[windowOf(index) - from]?.data?.rows[(index - FIRST) % WINDOW];
}

/** That of a row; −1 of those that come first. */
function windowOf(index: number): number {
  return Math.floor((index - FIRST) / WINDOW);
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

/** Whether the page shows `rows` by now. */
function useIsDrawn(rows: RunWindow | undefined): boolean {
  const [drawn, setDrawn] = useState<RunWindow>();
  useEffect(() => {
    let after: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      after = setTimeout(() => setDrawn(rows));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(after);
    };
  }, [rows]);
  return rows !== undefined && drawn === rows;
}
