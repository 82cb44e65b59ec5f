import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Job } from '../../../preload/contract/jobs.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { JobCard } from './job-card.tsx';

interface JobsDrawerProps {
  /** Newest first. */
  readonly jobs: readonly Job[];
  readonly onClose: () => void;
}

const OVER: readonly Job['state'][] = ['done', 'failed', 'cancelled'];

/** Everything that takes its time: how far it is, why it failed, how to stop it and how to go on. */
export default function JobsDrawer({ jobs, onClose }: JobsDrawerProps) {
  const projects = useQuery(service.projects.list.queryOptions());
  const clear = useMutation(service.jobs.clear.mutationOptions());
  const over = jobs.filter(({ state }) => OVER.includes(state)).length;
  const active = jobs.filter(({ finishedAt }) => finishedAt === null).length;
  const nameOf = (id: number | null): string | null =>
    projects.data?.find((project) => project.id === id)?.name ?? null;
  return (
    <Drawer
      opened
      onClose={onClose}
      title="Jobs"
      position="right"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {jobs.length === 0 ? (
        <EmptyState icon={<IconActivity />} title="Nothing is running" compact>
          Cooking, training, importing and exporting show up here, with their progress and their log.
        </EmptyState>
      ) : (
        <Stack>
          <Group justify="space-between">
            <Text size="sm" c="dimmed" role="status">
              {active === 0 ? 'Nothing is running' : `${formatNumberOf(active, 'job')} to do`}
            </Text>
            {over > 0 && (
              <Button
                size="compact-sm"
                variant="subtle"
                loading={clear.isPending}
                onClick={() => clear.mutate(undefined)}
              >
                Remove {over} that ended
              </Button>
            )}
          </Group>
          {inOrder(jobs).map((job) => (
            <JobCard key={job.id} job={job} project={nameOf(job.projectId)} onLeave={onClose} />
          ))}
        </Stack>
      )}
    </Drawer>
  );
}

/** What runs, then what waits (the next one first), then what needs a hand, then the rest, the newest first. */
function inOrder(jobs: readonly Job[]): readonly Job[] {
  const rank = ({ state }: Job): number => {
    if (state === 'running') return 0;
    if (state === 'queued') return 1;
    return state === 'paused' || state === 'interrupted' || state === 'failed' ? 2 : 3;
  };
  return [...jobs].sort(
    (a, b) => rank(a) - rank(b) || (a.state === 'queued' && b.state === 'queued' ? a.id - b.id : b.id - a.id),
  );
}
