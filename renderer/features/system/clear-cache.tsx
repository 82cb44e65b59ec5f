import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorState } from '../../components/error-state.tsx';
import { tell } from '../../components/tell.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatBytes } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

/** Frees what can be computed again. */
export function ClearCache({ hasTrainings }: { readonly hasTrainings: boolean }) {
  const queries = useQueryClient();
  const clear = useMutation(
    service.system.clearCache.mutationOptions({
      onSuccess: async ({ freedBytes }) => {
        tell(freedBytes === 0 ? 'There was nothing to clear' : `${formatBytes(freedBytes)} freed`, 'teal');
        await queries.invalidateQueries();
      },
    }),
  );
  return (
    <>
      <Group gap="xs" mt="md">
        <Button
          size="xs"
          variant="default"
          loading={clear.isPending}
          onClick={() => clear.mutate({ predictions: false, unusedData: true })}
        >
          Clear unused data
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={clear.isPending}
          onClick={() => clear.mutate({ predictions: true, unusedData: true })}
        >
          Clear predictions, too
        </Button>
        {hasTrainings && (
          <Button
            size="xs"
            variant="default"
            loading={clear.isPending}
            onClick={() => clear.mutate({ predictions: false, unusedData: true, trainings: true })}
          >
            Clear unfinished trainings, too
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt={6}>
        Scores stay. Without predictions, intervals and tests have to be computed again
        {hasTrainings ? '; a training that was stopped then begins with its first epoch' : ''}.
      </Text>
      {clear.isError && <ErrorState error={errorFactsOf(clear.error)} />}
    </>
  );
}
