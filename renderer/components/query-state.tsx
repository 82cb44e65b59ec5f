import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { errorFactsOf } from '../lib/error-facts.ts';
import { ErrorState } from './error-state.tsx';
import { LoadingState } from './loading-state.tsx';

interface QueryStateProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** `projects`, `devices`: for whoever waits. */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}

/** The three states of everything that is asked for: on its way, failed, here. */
export function QueryState<Data>({ query, what, children }: QueryStateProps<Data>) {
  if (query.isPending) return <LoadingState what={what} />;
  if (query.isError) return <ErrorState error={errorFactsOf(query.error)} retry={() => void query.refetch()} />;
  return children(query.data);
}
