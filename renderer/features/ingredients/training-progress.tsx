import { Button, Group, SimpleGrid, Stack, Table, Text, Tooltip } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Job } from '../../../preload/contract/jobs.ts';
import { Chart } from '../../charts/chart.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { formatSeconds } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob, useJobEvents } from '../jobs/use-job.ts';
import { formatShare } from './ingredient-columns.ts';
import { curveChart, curvesOf, type TrainingCurve } from './training-curves.ts';

interface TrainingProgressProps {
  readonly jobId: number;
  readonly onClose: () => void;
}

/** Curves that grow with every epoch; the training goes on when the dialog is closed. */
export function TrainingProgress({ jobId, onClose }: TrainingProgressProps) {
  const job = useJob(jobId);
  const events = useJobEvents(jobId);
  const curves = useMemo(() => curvesOf(events), [events]);
  const queries = useQueryClient();
  const isOver = job !== undefined && job.finishedAt !== null;
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: service.ingredients.key() });
  }, [isOver, queries]);
  if (job === undefined) return <LoadingState what="the training" lines={3} />;
  return (
    <Stack>
      <JobProgress job={job} />
      {curves.length === 0 ? (
        <Text size="sm" c="dimmed">
          {isOver ? 'No epoch was trained.' : 'The curves begin when the first epoch is done.'}
        </Text>
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Chart data={curveChart(curves, 'selectionAccuracy')} height={240} />
            <Chart data={curveChart(curves, 'trainLoss')} height={240} />
          </SimpleGrid>
          <LatestEpochs curves={curves} />
        </>
      )}
      <Group justify="flex-end">
        <PauseOrResume job={job} />
        <Button variant={isOver ? 'filled' : 'default'} onClick={onClose}>
          {isOver ? 'Show the ingredients' : 'Go on in the background'}
        </Button>
      </Group>
    </Stack>
  );
}

/** The epochs that are finished are kept: resumed, the training goes on after the last of them. */
function PauseOrResume({ job }: { readonly job: Job }) {
  const pause = useMutation(service.jobs.pause.mutationOptions());
  const resume = useMutation(service.jobs.resume.mutationOptions());
  if (job.state === 'running' || job.state === 'queued') {
    return (
      <Tooltip label="Frees the machine; the epochs that are finished are kept">
        <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate({ id: job.id })}>
          Pause
        </Button>
      </Tooltip>
    );
  }
  if (job.state === 'done') return null;
  return (
    <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate({ id: job.id })}>
      Resume
    </Button>
  );
}

/** By the pace of its own epochs; the others that are trained beside it slow all of them down alike. */
function timeLeft({ epochs, reports }: TrainingCurve): string {
  const left = epochs - reports.length;
  if (left === 0) return 'done';
  const mean = reports.reduce((sum, { seconds }) => sum + seconds, 0) / reports.length;
  return `about ${formatSeconds(left * mean)}`;
}

function LatestEpochs({ curves }: { readonly curves: readonly TrainingCurve[] }) {
  return (
    <Table aria-label="Latest epochs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Ingredient</Table.Th>
          <Table.Th ta="right">Epoch</Table.Th>
          <Table.Th ta="right">Loss in training</Table.Th>
          <Table.Th ta="right">Accuracy on selection</Table.Th>
          <Table.Th ta="right">Time per epoch</Table.Th>
          <Table.Th ta="right">Time left</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="numeric">
        {curves.map(({ ingredient, epochs, reports }) => {
          const latest = reports.at(-1)!;
          return (
            <Table.Tr key={ingredient}>
              <Table.Td>{ingredient}</Table.Td>
              <Table.Td ta="right">
                {reports.length} of {epochs}
              </Table.Td>
              <Table.Td ta="right">{latest.trainLoss?.toFixed(4) ?? 'diverged'}</Table.Td>
              <Table.Td ta="right">{formatShare(latest.selectionAccuracy)}</Table.Td>
              <Table.Td ta="right">{formatSeconds(latest.seconds)}</Table.Td>
              <Table.Td ta="right">{timeLeft({ ingredient, epochs, reports })}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
