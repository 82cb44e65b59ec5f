import { isDefinedError, ORPCError } from '@orpc/client';
import type { ApiErrorFacts } from '../../preload/contract/base.ts';

/** What a failed call says, whatever it failed by. */
export function errorFactsOf(thrown: unknown): ApiErrorFacts {
  if (thrown instanceof ORPCError && isDefinedError(thrown) && thrown.code === 'STOCKPOT') {
    return thrown.data as ApiErrorFacts;
  }
  const what = thrown instanceof Error && thrown.message !== '' ? thrown.message : 'Something went wrong';
  return { code: 'page/unexpected', kind: 'failure', what };
}
