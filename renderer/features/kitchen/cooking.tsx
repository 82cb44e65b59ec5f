import { Button, Card, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Job, JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatCount, formatNumberOf } from '../../lib/format.ts';
import { advantage } from '../../lib/metric-format.ts';
import { service } from '../../lib/service.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import { percentDone, timeLeft } from '../jobs/time-left.ts';
import { Coefficients } from '../run/coefficients.tsx';
import { decisiveMetric, decisiveValue, scoreText } from '../run/decisive.ts';
import { scoredSteps } from '../run/scored-steps.ts';
import { Trace } from '../run/trace.tsx';
import { useCooking } from './use-cooking.ts';

const COLORS = {
  queued: 'gray',
  running: 'indigo',
  paused: 'yellow',
  done: 'teal',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'yellow',
} as const;

/** A cooking while it happens: how far it is, what it tries, what has come out, and how to stop it or go on. */
export function Cooking({ job, onBack }: { readonly job: Job; readonly onBack: () => void }) {
  const { trace, soup, evaluated, log } = useCooking(job.id, job.attempts);
  const scores = scoresOf(trace);
  const metrics = useMetrics();
  const best = bestOf(trace, metrics);
  return (
    <Stack gap="lg">
      <Card withBorder component="section" aria-label="Cooking">
        <Group justify="space-between" wrap="nowrap" mb={4}>
          <Title order={2}>{job.title}</Title>
          <StatusBadge color={COLORS[job.state]}>{job.state}</StatusBadge>
        </Group>
        <JobProgress job={job} />
        {best !== undefined && (
          <Text size="sm" className="numeric" mt={8}>
            Best so far on the selection split: {scoreText(best, metrics)}; {formatNumberOf(scores.length, 'score')}
          </Text>
        )}
        {job.error !== null && <ErrorState error={job.error} />}
        <Group mt="md" gap="xs">
          <RunLink job={job} />
          <JobButtons job={job} />
          <Button variant="subtle" onClick={onBack}>
            Back to the recipe
          </Button>
        </Group>
      </Card>
      {trace.length > 0 && <Trace trace={trace} />}
      {soup !== undefined && (
        <section aria-labelledby="coefficients">
          <Title order={2} id="coefficients" mb={4}>
            Coefficients
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            {soup.summary} {evaluated > 0 && `${formatNumberOf(evaluated, 'score')} on all splits so far.`}
          </Text>
          {soup.groups.length > 0 && <Coefficients table={soup} />}
        </section>
      )}
      {log.length > 0 && (
        <section aria-labelledby="notes">
          <Title order={2} id="notes" mb={4}>
            Log
          </Title>
          {log.map((line, index) => (
            // Lines are only ever added at the end.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <Text key={index} size="sm">
              {line}
            </Text>
          ))}
        </section>
      )}
    </Stack>
  );
}

function scoresOf(trace: readonly JobTraceStep[]) {
  const learned = trace.flatMap((step) => (step.kind === 'epoch' ? (step.score ?? []) : []));
  return [...scoredSteps(trace).map(({ score }) => score), ...learned];
}

/** By what decides; undefined before anything has a figure. */
function bestOf(trace: readonly JobTraceStep[], metrics: readonly Metric[]) {
  const metric = decisiveMetric(trace, metrics);
  const [best] = scoresOf(trace)
    .flatMap((score) => {
      const value = decisiveValue(score);
      return value === null ? [] : [{ score, value }];
    })
    .sort((a, b) => advantage(b.value, a.value, metric));
  return best?.score;
}

function JobProgress({ job }: { readonly job: Job }) {
  const { state, title, progress } = job;
  if (state !== 'running' || progress === null) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {EXPLANATIONS[state]}
      </Text>
    );
  }
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {progress.stage}
        </Text>
        <Text size="sm" c="dimmed" className="numeric">
          {progress.total > 0 && `${formatCount(progress.done)} of ${formatCount(progress.total)} ${progress.unit}`}
          {timeLeft(job)}
        </Text>
      </Group>
      <Progress
        // Where nothing can be counted yet it moves without saying how far it is.
        value={progress.total > 0 ? percentDone(progress) : 100}
        animated={progress.total <= 0}
        aria-label={title}
        mt={6}
      />
    </>
  );
}

const EXPLANATIONS: Readonly<Record<Job['state'], string>> = {
  queued: 'Waits for its turn.',
  running: 'Cooking…',
  paused: 'Paused; every score so far is kept.',
  done: 'Done.',
  failed: 'Failed; every score so far is kept. Mend what is wrong, then resume.',
  cancelled: 'Cancelled; every score so far is kept, and it can be resumed.',
  interrupted: 'Stockpot was stopped while this was cooking. Every score so far is kept; resume to go on.',
};

function RunLink({ job: { result, state } }: { readonly job: Job }) {
  if (result?.kind !== 'run') return null;
  const params = { projectId: String(result.projectId), runId: String(result.runId) };
  return (
    <Button
      variant={state === 'done' ? 'filled' : 'default'}
      renderRoot={(props) => <Link to="/projects/$projectId/runs/$runId" params={params} {...props} />}
    >
      {state === 'done' ? 'Open the run' : `Run ${result.runId}`}
    </Button>
  );
}

/** What can be done with a job in the state that it is in. */
function JobButtons({ job }: { readonly job: Job }) {
  const queries = useQueryClient();
  const shown = {
    onSuccess: (changed: Job) =>
      queries.setQueryData(service.jobs.get.queryKey({ input: { id: changed.id } }), changed),
  };
  const cancel = useMutation(service.jobs.cancel.mutationOptions(shown));
  const pause = useMutation(service.jobs.pause.mutationOptions(shown));
  const resume = useMutation(service.jobs.resume.mutationOptions(shown));
  const failed = [cancel, pause, resume].find(({ isError }) => isError);
  const id = { id: job.id };
  const canResume = ['paused', 'failed', 'cancelled', 'interrupted'].includes(job.state);
  return (
    <>
      {canResume && (
        <Button leftSection={<IconPlayerPlay size={16} />} loading={resume.isPending} onClick={() => resume.mutate(id)}>
          Resume
        </Button>
      )}
      {job.state === 'running' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          loading={pause.isPending}
          onClick={() => pause.mutate(id)}
        >
          Pause
        </Button>
      )}
      {['queued', 'running', 'paused'].includes(job.state) && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate(id)}
        >
          Cancel
        </Button>
      )}
      {failed !== undefined && <ErrorState error={errorFactsOf(failed.error)} />}
    </>
  );
}
