import { Alert, Box, Loader } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { ErrorState } from '../components/error-state.tsx';
import { connection } from '../lib/service.ts';

/** Says so when the service is away, and why. */
export function ConnectionBanner() {
  const state = useSyncExternalStore(connection.subscribe, () => connection.state);
  if (state.kind === 'open' || state.kind === 'connecting') return null;
  return (
    <Box px="md" pt="md">
      {state.kind === 'failed' ? (
        <ErrorState error={state.error} />
      ) : (
        <Alert color="yellow" icon={<Loader size={18} color="currentColor" />} title="Reconnecting" role="status">
          {state.explanation}
        </Alert>
      )}
    </Box>
  );
}
