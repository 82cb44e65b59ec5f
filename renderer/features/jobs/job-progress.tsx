import { Button, Group, Progress, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Job } from '../../../preload/contract/jobs.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { service } from '../../lib/service.ts';
import { amountOf } from './progress-amount.ts';
import { percentDone, timeLeft } from './time-left.ts';

export const JOB_COLORS = {
  queued: 'gray',
  running: 'indigo',
  paused: 'yellow',
  done: 'teal',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'yellow',
} as const;

interface JobProgressProps {
  readonly job: Job;
  /** Where the page says what it is. */
  readonly untitled?: boolean;
}

/** How far a job is, within the page that started it, and how to stop it. */
export function JobProgress({ job, untitled = false }: JobProgressProps) {
  const cancel = useMutation(service.jobs.cancel.mutationOptions());
  return (
    <section aria-label={job.title}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={500} truncate>
          {!untitled && job.title}
        </Text>
        <StatusBadge color={JOB_COLORS[job.state]}>{job.state}</StatusBadge>
      </Group>
      {job.finishedAt === null && <Progress value={percentDone(job.progress)} aria-label={job.title} my={8} />}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" className="numeric" role="status">
          {textOf(job)}
        </Text>
        {job.finishedAt === null && (
          <Button
            size="compact-sm"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate({ id: job.id })}
          >
            Cancel
          </Button>
        )}
      </Group>
      {job.error !== null && <ErrorState error={job.error} />}
    </section>
  );
}

function textOf(job: Job): string {
  const { state, progress } = job;
  if (state === 'queued') return 'It begins when the jobs before it have ended';
  if (state !== 'running' || progress === null) return '';
  return `${progress.stage}${amountOf(progress)}${timeLeft(job)}`;
}
