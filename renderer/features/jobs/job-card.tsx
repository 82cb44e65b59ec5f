import { Button, Card, Group, Progress, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { Job } from '../../../preload/contract/jobs.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatAgo, formatSeconds } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { JobLog } from './job-log.tsx';
import { JOB_COLORS } from './job-progress.tsx';
import { JobResultLink } from './job-result-link.tsx';
import { amountOf } from './progress-amount.ts';
import { percentDone, timeLeft } from './time-left.ts';
import { VerificationOutcome } from './verification-outcome.tsx';

interface JobCardProps {
  readonly job: Job;
  /** Null for what belongs to no project. */
  readonly project: string | null;
  /** When a link leads away. */
  readonly onLeave: () => void;
}

/** One job: how far it is, what can be done about it, what came of it and what happened. */
export function JobCard({ job, project, onLeave }: JobCardProps) {
  const [logOpen, log] = useDisclosure(false);
  const { result, error, progress } = job;
  const inProgress = job.finishedAt === null;
  return (
    <Card withBorder padding="sm" component="article" aria-label={job.title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text fw={500}>{job.title}</Text>
        <StatusBadge color={JOB_COLORS[job.state]}>{job.state}</StatusBadge>
      </Group>
      <Text size="sm" c="dimmed">
        {[project, timeOf(job)].filter((part) => part !== null).join(' · ')}
      </Text>
      {job.state === 'running' && progress !== null && (
        <Progress
          value={progress.total > 0 ? percentDone(progress) : 100}
          animated={progress.total <= 0}
          aria-label={`Progress of ${job.title}`}
          mt="xs"
        />
      )}
      {inProgress && (
        <Text size="xs" c="dimmed" className="numeric" mt={4}>
          {standing(job)}
        </Text>
      )}
      {error !== null && <ErrorState error={{ ...error, remedy: error.remedy ?? UNKNOWN_REMEDY }} />}
      {STOPPED[job.state] !== undefined && (
        <Text size="sm" mt={4}>
          {STOPPED[job.state]}
        </Text>
      )}
      {result?.kind === 'verification' && <VerificationOutcome result={result} />}
      <Group gap="xs" mt="xs">
        <JobActions job={job} />
        <Button size="compact-sm" variant="subtle" aria-expanded={logOpen} onClick={log.toggle}>
          {logOpen ? 'Hide log' : 'Log'}
        </Button>
        {result !== null && <JobResultLink result={result} onFollow={onLeave} />}
      </Group>
      {logOpen && <JobLog jobId={job.id} title={job.title} />}
    </Card>
  );
}

/** For errors that nobody foresaw. */
const UNKNOWN_REMEDY = 'Resume tries once more. If it ends the same way, the log says what had been done until then.';

/** Why it does not go on by itself, and what becomes of the work so far. */
const STOPPED: Partial<Readonly<Record<Job['state'], string>>> = {
  paused: 'Paused. What is done is kept; Resume goes on from there.',
  failed: 'What was done until then is kept. Mend what is wrong, then resume: it goes on from there.',
  cancelled: 'Cancelled. What is done is kept; Resume goes on from there.',
  interrupted: 'Stockpot was closed or ended while this ran. What is done is kept; Resume goes on from there.',
};

function JobActions({ job }: { readonly job: Job }) {
  const refused = {
    onError: (thrown: unknown) => notifications.show({ color: 'red', message: errorFactsOf(thrown).what }),
  };
  const cancel = useMutation(service.jobs.cancel.mutationOptions(refused));
  const pause = useMutation(service.jobs.pause.mutationOptions(refused));
  const resume = useMutation(service.jobs.resume.mutationOptions(refused));
  const clear = useMutation(service.jobs.clear.mutationOptions(refused));
  const input = { id: job.id };
  const isActive = job.finishedAt === null;
  const canResume = !isActive && job.state !== 'done';
  return (
    <>
      {isActive && (
        <Button size="compact-sm" variant="default" loading={pause.isPending} onClick={() => pause.mutate(input)}>
          Pause
        </Button>
      )}
      {isActive && (
        <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate(input)}>
          Cancel
        </Button>
      )}
      {canResume && (
        <Button size="compact-sm" variant="light" loading={resume.isPending} onClick={() => resume.mutate(input)}>
          Resume
        </Button>
      )}
      {!isActive && (
        <Button size="compact-sm" variant="default" loading={clear.isPending} onClick={() => clear.mutate(input)}>
          Remove
        </Button>
      )}
    </>
  );
}

function timeOf({ state, createdAt, startedAt, finishedAt }: Job): string {
  if (finishedAt === null)
    return state === 'queued' ? `queued ${formatAgo(createdAt)}` : `began ${formatAgo(startedAt!)}`;
  const took =
    startedAt === null ? '' : `, ran for ${formatSeconds((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)}`;
  return `ended ${formatAgo(finishedAt)}${took}`;
}

function standing(job: Job): string {
  const { state, progress } = job;
  if (state === 'queued') return 'Begins when the jobs before it have ended';
  if (progress === null) return 'Begins';
  return `${progress.stage}${amountOf(progress)}${timeLeft(job)}`;
}
