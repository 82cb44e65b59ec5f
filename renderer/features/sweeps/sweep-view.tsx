import { Alert, Button, Card, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay, IconSoup } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { Sweep } from '../../../preload/contract/sweeps.ts';
import { Chart } from '../../charts/chart.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatCount } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';
import { sweepChart } from './sweep-chart.ts';
import { pointName, scoreWords, verdictOf } from './sweep-words.ts';

const LOOK_AGAIN_MILLISECONDS = 500;

const route = getRouteApi('/projects/$projectId/kitchen');

/** A sweep while it grows and afterwards: its curve, its best value, and the way from there to a run. */
export function SweepView({ projectId, sweepId }: { readonly projectId: number; readonly sweepId: number }) {
  const [isRunning, setRunning] = useState(false);
  const query = useQuery(
    service.sweeps.get.queryOptions({
      input: { id: sweepId },
      staleTime: 0,
      refetchInterval: isRunning ? LOOK_AGAIN_MILLISECONDS : false,
    }),
  );
  const metrics = useMetrics();
  const navigate = route.useNavigate();
  const back = (): void => void navigate({ search: ({ sweep: _, point: __, ...rest }) => rest });
  return (
    <>
      <QueryState query={query} what="the sweep">
        {(sweep) => (
          <Shown
            sweep={sweep}
            metric={metrics.find(({ id }) => id === sweep.metric)}
            projectId={projectId}
            onRunning={setRunning}
            onBack={back}
          />
        )}
      </QueryState>
      {query.isError && (
        <Button variant="default" onClick={back}>
          Back to the recipe
        </Button>
      )}
    </>
  );
}

interface ShownProps {
  readonly sweep: Sweep;
  /** Undefined while it is being asked for. */
  readonly metric: Metric | undefined;
  readonly projectId: number;
  readonly onRunning: (isRunning: boolean) => void;
  readonly onBack: () => void;
}

function Shown({ sweep, metric, onRunning, onBack }: ShownProps) {
  const scored = sweep.points.filter(({ score }) => score !== null).length;
  return (
    <Stack gap="lg">
      <Card withBorder component="section" aria-label="Sweep">
        <Title order={2} mb={4}>
          {sweep.title}
        </Title>
        {sweep.jobId !== null && sweep.finishedAt === null && (
          <SweepJob jobId={sweep.jobId} sweepId={sweep.id} onRunning={onRunning} />
        )}
        {sweep.jobId === null && sweep.finishedAt === null && <GoOn sweepId={sweep.id} />}
        <Text size="sm" c="dimmed" className="numeric" role="status">
          {formatCount(scored)} of {formatCount(sweep.points.length)}{' '}
          {sweep.axes.length === 1 ? 'values' : 'combinations'} scored
        </Text>
        {metric !== undefined && <Best key={sweep.best?.ordinal} sweep={sweep} metric={metric} />}
        <Group mt="md" gap="xs">
          <Button variant="subtle" onClick={onBack}>
            Back to the recipe
          </Button>
        </Group>
      </Card>
      {metric !== undefined && scored > 0 && <Chart data={sweepChart(sweep, metric)} height={420} />}
    </Stack>
  );
}

/** What is chosen is the best one until another is; either is cooked, or taken up in the kitchen. */
function Best({ sweep, metric }: { readonly sweep: Sweep; readonly metric: Metric }) {
  const { id, axes, points, best, finishedAt } = sweep;
  const navigate = route.useNavigate();
  const [other, setOther] = useState<number>();
  const cook = useMutation(
    service.sweeps.cook.mutationOptions({
      onSuccess: ({ jobId }) => void navigate({ search: (search) => ({ ...search, job: jobId }) }),
    }),
  );
  if (best === null) return null;
  const ordinal = other ?? best.ordinal;
  const chosen = points[ordinal]!;
  return (
    <>
      <Text mt="xs" className="numeric">
        Best on the selection split{finishedAt === null ? ' so far' : ''}:{' '}
        <b>{pointName(axes, points[best.ordinal]!)}</b>, {metric.phrase} {scoreWords(points[best.ordinal]!, metric)}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        {verdictOf(sweep, metric)}
      </Text>
      <Group mt="md" gap="xs" align="flex-end">
        <NativeSelect
          label="Value to cook"
          maw={440}
          value={String(ordinal)}
          data={points
            .filter(({ score }) => score !== null)
            .map((point) => ({
              value: String(point.ordinal),
              label: `${pointName(axes, point)}: ${scoreWords(point, metric)}${point.ordinal === best.ordinal ? ', best' : ''}`,
            }))}
          onChange={(event) => setOther(Number(event.currentTarget.value))}
        />
        <Button
          leftSection={<IconSoup size={18} />}
          loading={cook.isPending}
          onClick={() => cook.mutate({ id, ordinal: chosen.ordinal })}
        >
          {ordinal === best.ordinal ? 'Cook the best' : 'Cook this one'}
        </Button>
        <Button
          variant="default"
          onClick={() => void navigate({ search: (search) => ({ ...search, point: chosen.ordinal }) })}
        >
          Take into the kitchen
        </Button>
      </Group>
      {cook.isError && <ErrorState error={errorFactsOf(cook.error)} />}
    </>
  );
}

function SweepJob({
  jobId,
  sweepId,
  onRunning,
}: {
  readonly jobId: number;
  readonly sweepId: number;
  readonly onRunning: (isRunning: boolean) => void;
}) {
  const queries = useQueryClient();
  const job = useJob(jobId);
  const isRunning = job !== undefined && job.finishedAt === null;
  useEffect(() => {
    onRunning(isRunning);
    // What came last has come since the curve was last looked at.
    if (!isRunning) void queries.invalidateQueries({ queryKey: service.sweeps.key() });
    return () => onRunning(false);
  }, [isRunning, onRunning, queries]);
  if (job === undefined) return null;
  return (
    <>
      <JobProgress job={job} untitled />
      {(job.finishedAt !== null || job.state === 'paused') && job.state !== 'done' && <GoOn sweepId={sweepId} />}
    </>
  );
}

function GoOn({ sweepId }: { readonly sweepId: number }) {
  const queries = useQueryClient();
  const resume = useMutation(
    service.sweeps.resume.mutationOptions({
      onSuccess: () =>
        Promise.all([
          queries.invalidateQueries({ queryKey: service.sweeps.key() }),
          queries.invalidateQueries({ queryKey: service.jobs.key() }),
        ]),
    }),
  );
  return (
    <Alert variant="light" color="yellow" my="xs" title="Not all values are scored yet">
      <Group justify="space-between">
        <Text size="sm">Every score so far is kept.</Text>
        <Button
          size="compact-sm"
          leftSection={<IconPlayerPlay size={14} />}
          loading={resume.isPending}
          onClick={() => resume.mutate({ id: sweepId })}
        >
          Go on
        </Button>
      </Group>
      {resume.isError && <ErrorState error={errorFactsOf(resume.error)} />}
    </Alert>
  );
}
