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

/**
 * Has the service read a filter, and answer it at once with the first rows that pass it.
 * @param enabled whether it is known by now which columns are asked for
 */
export function useFilter({ where: text, ...query }: RunQuery, enabled: boolean): Filter {
  const answer = useQuery(
    service.runs.list.queryOptions({
      input: firstWindow({ ...query, where: text }),
      enabled,
      placeholderData: keepPreviousData,
    }),
  );
  const understood = useRef('');
  const error = answer.isError ? errorFactsOf(answer.error) : undefined;
  if (answer.isSuccess && !answer.isPlaceholderData) understood.current = text;
  const isBad = error?.code === 'runs/bad-filter';
  return {
    where: isBad || answer.isPlaceholderData ? understood.current : text,
    error: isBad ? error : undefined,
    total: answer.data?.total,
  };
}
