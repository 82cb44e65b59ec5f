import { Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { LoadingState } from '../../components/loading-state.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';

interface ImportProgressProps {
  readonly jobId: number;
  readonly onClose: () => void;
}

/** The import as it goes; it goes on when the dialog is closed. */
export function ImportProgress({ jobId, onClose }: ImportProgressProps) {
  const job = useJob(jobId);
  const queries = useQueryClient();
  const isOver = job !== undefined && job.finishedAt !== null;
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: service.ingredients.key() });
  }, [isOver, queries]);
  if (job === undefined) return <LoadingState what="the job" lines={2} />;
  const count = job.result?.kind === 'ingredients' ? job.result.ids.length : 0;
  return (
    <Stack>
      <JobProgress job={job} />
      {job.state === 'done' && <Text>{formatNumberOf(count, 'ingredient')} brought in.</Text>}
      <Group justify="flex-end">
        <Button variant={isOver ? 'filled' : 'default'} onClick={onClose} data-autofocus>
          {isOver ? 'Show the ingredients' : 'Go on in the background'}
        </Button>
      </Group>
    </Stack>
  );
}
