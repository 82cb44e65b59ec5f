import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { RunVerdict } from '../../../preload/contract/reports.ts';
import { Chart } from '../../charts/chart.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { HelpButton } from '../../components/help/help-button.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import classes from './run.module.css';
import { differenceChart, headlineOf } from './verdict-words.ts';

/** Is the soup better than the best ingredient, by how much, how sure: first in a sentence, then on every test set. */
export function Verdict({ runId }: { readonly runId: number }) {
  const query = useQuery(service.reports.verdict.queryOptions({ input: { runId } }));
  const metrics = useMetrics();
  if (query.isPending || metrics.length === 0) return <Skeleton height={110} radius="md" />;
  if (query.isError) return <ErrorState error={errorFactsOf(query.error)} retry={() => void query.refetch()} />;
  const metric = metrics.find(({ id }) => id === query.data?.metric) ?? metrics[0];
  if (query.data === null) {
    return <Text c="dimmed">There is no test set in this run, so nothing can be said about its soup.</Text>;
  }
  return metric && <Told verdict={query.data} metric={metric} />;
}

function Told({ verdict, metric }: { readonly verdict: RunVerdict; readonly metric: Metric }) {
  const { judgement, lead, evidence } = headlineOf(verdict, metric);
  const chart = differenceChart(verdict, metric);
  return (
    <Stack gap="lg">
      <section className={classes.verdict} data-verdict={judgement} aria-label="Verdict">
        <Group gap={6} mb={4} wrap="nowrap" align="flex-start">
          <Title order={2}>{lead}</Title>
          <HelpButton topic="verdict" label="Help: the verdict" />
        </Group>
        {evidence.map((sentence) => (
          <Text key={sentence} size="sm" c="dimmed" className="numeric">
            {sentence}
          </Text>
        ))}
      </section>
      {chart !== undefined && <Chart data={chart} height={320} />}
    </Stack>
  );
}
