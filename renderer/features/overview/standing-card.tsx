import { Anchor, Button, Card, Group, Skeleton, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconDownload, IconEqual, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { Standing } from '../../../preload/contract/projects.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartData } from '../../charts/chart-data.ts';
import { differenceAxis, scaled } from '../../lib/metric-format.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import { answerOf, differenceOf, evidenceOf, leadOf, robustnessOf } from './standing-text.ts';

const LOOKS = {
  yes: { color: 'teal', Icon: IconCheck },
  no: { color: 'red', Icon: IconX },
  undecided: { color: 'gray', Icon: IconEqual },
} as const;

/** Is there a soup that beats the best ingredient, by how much, how sure; and a picture of it. */
export function StandingCard({ projectId, standing }: { readonly projectId: string; readonly standing: Standing }) {
  const metrics = useMetrics();
  const metric = metrics.find(({ id }) => id === standing.metric) ?? metrics[0];
  return metric === undefined ? (
    <Skeleton height={180} radius="md" />
  ) : (
    <Told projectId={projectId} standing={standing} metric={metric} />
  );
}

interface ToldProps {
  readonly projectId: string;
  readonly standing: Standing;
  readonly metric: Metric;
}

function Told({ projectId, standing, metric }: ToldProps) {
  const { color, Icon } = LOOKS[answerOf(standing)];
  const robustness = robustnessOf(standing, metric);
  return (
    <Card withBorder component="section" aria-labelledby="standing">
      <Group wrap="nowrap" align="flex-start" gap="sm" mb="sm">
        <ThemeIcon color={color} variant="light" radius="xl" size={34}>
          <Icon size={20} aria-hidden />
        </ThemeIcon>
        <div style={{ flex: 1 }}>
          <Title order={2} id="standing" style={{ textWrap: 'pretty' }}>
            {leadOf(standing, metric)}
          </Title>
          {!standing.same && (
            <Text size="sm" mt={6}>
              {evidenceOf(standing.sets[0]!, metric)}
            </Text>
          )}
          {robustness !== undefined && (
            <Text size="sm" mt={6}>
              {robustness}
            </Text>
          )}
          <Text size="sm" c="dimmed" mt={6}>
            {standing.chosenOn === 'selection'
              ? `Both were chosen by ${metric.phrase} on the selection split; the test sets were looked at afterwards only.`
              : 'There was no selection split: both were chosen on the first test set, which flatters them.'}{' '}
            <Anchor
              underline="always"
              renderRoot={(props) => (
                <Link
                  to="/projects/$projectId/runs/$runId"
                  params={{ projectId, runId: String(standing.runId) }}
                  search={{}}
                  {...props}
                />
              )}
            >
              Open run {standing.runId}
            </Anchor>
          </Text>
          <Button
            variant="default"
            size="xs"
            mt="sm"
            leftSection={<IconDownload size={16} />}
            renderRoot={(props) => (
              <Link
                to="/projects/$projectId/runs/$runId"
                params={{ projectId, runId: String(standing.runId) }}
                search={{ export: true }}
                {...props}
              />
            )}
          >
            Export this soup
          </Button>
        </div>
      </Group>
      {!standing.same && <Chart data={pictureOf(standing, metric)} height={96 + 36 * standing.sets.length} />}
    </Card>
  );
}

function pictureOf(standing: Standing, metric: Metric): ChartData {
  return {
    title: `${standing.soup} minus ${standing.ingredient}`,
    kind: 'horizontal-bars',
    x: { title: `${metric.label}, difference`, ...differenceAxis(metric) },
    y: { title: 'Test set' },
    series: [
      {
        subject: { kind: 'other', label: 'Soup minus ingredient', ordinal: 0 },
        points: standing.sets.flatMap((set) => {
          const { name, comparison } = set;
          const difference = differenceOf(set);
          if (difference === undefined) return [];
          const point = { x: name, y: scaled(difference, metric), n: set.soup.total };
          if (comparison === null) return [point];
          const { low, high } = comparison.interval;
          return [{ ...point, interval: [scaled(low, metric), scaled(high, metric)] as const }];
        }),
      },
    ],
  };
}
