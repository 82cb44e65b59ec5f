import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { ApiErrorFacts } from '../../../preload/contract/base.ts';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { firstWindow, type RunQuery } from './use-run-windows.ts';

interface Filter {
  /** The last filter that could be understood: a table does not vanish while somebody is still writing. */
  readonly where: string;
  readonly error: ApiErrorFacts | undefined;
  readonly total: number | undefined;
}

/** Has the service read a filter, and answer it at once with the first rows that pass it. */
export function useFilter(projectId: number, text: string, sort: RunQuery['sort']): Filter {
  const query = useQuery(
    service.runs.list.queryOptions({
      input: firstWindow({ projectId, where: text, sort }),
      placeholderData: keepPreviousData,
    }),
  );
  const understood = useRef('');
  const error = query.isError ? errorFactsOf(query.error) : undefined;
  if (query.isSuccess && !query.isPlaceholderData) understood.current = text;
  const isBad = error?.code === 'runs/bad-filter';
  return {
    where: isBad || query.isPlaceholderData ? understood.current : text,
    error: isBad ? error : undefined,
    total: query.data?.total,
  };
}
