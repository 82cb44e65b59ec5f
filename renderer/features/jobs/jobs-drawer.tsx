import { Button, Card, Drawer, Group, Progress, Stack, Text } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Job } from '../../../preload/contract/jobs.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatAgo, formatCount } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

const COLORS = { queued: 'gray', running: 'indigo', done: 'teal', failed: 'red', cancelled: 'gray' } as const;

/** Everything that takes its time: how far it is, and how to stop it. */
export default function JobsDrawer({ jobs, onClose }: { readonly jobs: readonly Job[]; readonly onClose: () => void }) {
  return (
    <Drawer
      opened
      onClose={onClose}
      title="Jobs"
      position="right"
      size="md"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {jobs.length === 0 ? (
        <EmptyState icon={<IconActivity />} title="Nothing is running">
          Cooking, training and exporting show up here, with their progress, and can be stopped here.
        </EmptyState>
      ) : (
        <Stack>
          {jobs.map((job) => (
            <JobCard key={job.id} job={job} />
          ))}
        </Stack>
      )}
    </Drawer>
  );
}

function JobCard({ job }: { readonly job: Job }) {
  const cancel = useMutation(service.jobs.cancel.mutationOptions());
  const { progress } = job;
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={500} truncate>
          {job.title}
        </Text>
        <StatusBadge color={COLORS[job.state]}>{job.state}</StatusBadge>
      </Group>
      <Text size="sm" c="dimmed">
        {progress?.stage ?? `Asked for ${formatAgo(job.createdAt)}`}
      </Text>
      {job.state === 'running' && progress !== null && progress.total > 0 && (
        <>
          <Progress value={(100 * progress.done) / progress.total} aria-label={job.title} my={6} />
          <Text size="xs" c="dimmed" className="numeric">
            {formatCount(progress.done)} of {formatCount(progress.total)} {progress.unit}
          </Text>
        </>
      )}
      {job.error !== null && <ErrorState error={job.error} />}
      {job.finishedAt === null && (
        <Button
          size="xs"
          variant="default"
          mt="xs"
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ id: job.id })}
        >
          Cancel
        </Button>
      )}
    </Card>
  );
}
