import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ErrorState } from '../../components/error-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';

/** The digits that come with Stockpot: something to cook with in a minute. */
export function AddMnist({ projectId }: { readonly projectId: number }) {
  const add = useMutation(service.datasets.addMnist.mutationOptions());
  if (add.isError) return <ErrorState error={errorFactsOf(add.error)} retry={() => add.reset()} />;
  if (add.data !== undefined) return <AddingProgress jobId={add.data.jobId} />;
  return (
    <Button variant="default" loading={add.isPending} onClick={() => add.mutate({ projectId })}>
      Use MNIST
    </Button>
  );
}

export function AddingProgress({ jobId, onDone }: { readonly jobId: number; readonly onDone?: () => void }) {
  const job = useJob(jobId);
  const queries = useQueryClient();
  const isOver = job !== undefined && job.finishedAt !== null;
  const isDone = job?.state === 'done';
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: service.datasets.key() });
    if (isDone) onDone?.();
  }, [isOver, isDone, queries, onDone]);
  if (job === undefined) return null;
  return (
    <Stack ta="left" miw={320}>
      <JobProgress job={job} />
    </Stack>
  );
}
