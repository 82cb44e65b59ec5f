import { createORPCClient, DynamicLink } from '@orpc/client';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient } from '@tanstack/react-query';
import type { Client } from '../../preload/contract/contract.ts';
import { connect } from './connection.ts';

export const connection = connect();

/** The service, called like an object: every procedure of the contract. */
export const client: Client = createORPCClient(new DynamicLink(() => connection.link()));

/** The same for TanStack Query: `service.projects.list.queryOptions()`; keys follow the contract's paths. */
export const service = createTanstackQueryUtils(client);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The service is on this machine: what it refuses once it refuses again, and it says itself when things change.
      retry: false,
      networkMode: 'always',
      refetchOnWindowFocus: true,
      staleTime: 2000,
    },
    mutations: { networkMode: 'always' },
  },
});

// After a new start of the service everything on screen is asked for again.
let wasLost = false;
connection.subscribe(() => {
  const { kind } = connection.state;
  if (kind === 'open' && wasLost) void queryClient.invalidateQueries();
  wasLost = kind !== 'open';
});
