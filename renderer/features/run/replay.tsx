import { Alert, Button, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconRepeat, IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { RunReplay } from '../../../preload/contract/reports.ts';
import { ErrorState } from '../../components/error-state.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatAgo, formatSeconds } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/use-job.ts';
import { replayInWords } from './replay-words.ts';

/** Replaying a run: the job that does it, where there is one, and how to begin. */
export function useReplay(runId: number) {
  const queries = useQueryClient();
  const jobs = useQuery(service.jobs.list.queryOptions());
  const start = useMutation(
    service.reports.replay.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: service.jobs.list.queryKey() }),
    }),
  );
  const newest = jobs.data?.filter(({ result }) => result?.kind === 'replay' && result.runId === runId).at(-1);
  // One that was stopped is no news: it can be begun again.
  const isOpen = newest !== undefined && ['queued', 'running', 'failed'].includes(newest.state);
  const open = isOpen ? newest.id : undefined;
  return { start, jobId: start.data?.jobId ?? open };
}

type ReplayAtHand = ReturnType<typeof useReplay>;

export function ReplayButton({
  runId,
  replay: { start, jobId },
}: {
  readonly runId: number;
  readonly replay: ReplayAtHand;
}) {
  const job = useQuery({
    ...service.jobs.get.queryOptions({ input: { id: jobId ?? 0 } }),
    enabled: jobId !== undefined,
  });
  const isUnderWay = start.isPending || (job.data !== undefined && job.data.finishedAt === null);
  return (
    <Button
      variant="default"
      leftSection={<IconRepeat size={16} />}
      loading={isUnderWay}
      onClick={() => start.mutate({ runId })}
    >
      Replay now
    </Button>
  );
}

/** How a replay goes, then how it came out; the last outcome stays with the run. */
export function ReplayOutcome({
  runId,
  replay: { start, jobId },
}: {
  readonly runId: number;
  readonly replay: ReplayAtHand;
}) {
  const last = useQuery(service.reports.replayed.queryOptions({ input: { runId } }));
  return (
    <>
      {start.isError && <ErrorState error={errorFactsOf(start.error)} />}
      {jobId !== undefined && <Replaying key={jobId} runId={runId} jobId={jobId} />}
      {last.isError && <ErrorState error={errorFactsOf(last.error)} />}
      {last.data != null && <Outcome replay={last.data} />}
    </>
  );
}

function Replaying({ runId, jobId }: { readonly runId: number; readonly jobId: number }) {
  const job = useJob(jobId);
  const queries = useQueryClient();
  const isDone = job?.state === 'done';
  useEffect(() => {
    if (isDone) void queries.invalidateQueries({ queryKey: service.reports.replayed.queryKey({ input: { runId } }) });
  }, [isDone, queries, runId]);
  return job === undefined || isDone ? null : <JobProgress job={job} />;
}

function Outcome({ replay }: { readonly replay: RunReplay }) {
  const { same, title, sentences } = replayInWords(replay);
  const differences = [...replay.coefficients.differences, ...replay.scores.differences];
  return (
    <section aria-label="Replay">
      <Alert
        color={same ? 'teal' : 'yellow'}
        variant="light"
        icon={same ? <IconShieldCheck /> : <IconAlertTriangle />}
        title={title}
        role="status"
      >
        {sentences.map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
        {differences.length > 0 && (
          <Table aria-label="What differs" mt="xs" maw={720} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Figure</Table.Th>
                <Table.Th ta="right">In the run</Table.Th>
                <Table.Th ta="right">Replayed</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map(({ what, before, now }) => (
                <Table.Tr key={what}>
                  <Table.Td>{what}</Table.Td>
                  <Table.Td ta="right" className="numeric">
                    {before ?? 'none'}
                  </Table.Td>
                  <Table.Td ta="right" className="numeric">
                    {now ?? 'none'}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Text size="sm" c="dimmed" mt={4}>
          Replayed {formatAgo(replay.at)} in {formatSeconds(replay.seconds)}.
        </Text>
      </Alert>
    </section>
  );
}
