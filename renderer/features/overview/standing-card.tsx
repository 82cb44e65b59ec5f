import { Anchor, Button, Card, Group, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck, IconDownload, IconEqual, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Standing } from '../../../preload/contract/projects.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartData } from '../../charts/chart-data.ts';
import { answerOf, differenceOf, evidenceOf, leadOf, robustnessOf } from './standing-text.ts';

const LOOKS = {
  yes: { color: 'teal', Icon: IconCheck },
  no: { color: 'red', Icon: IconX },
  undecided: { color: 'gray', Icon: IconEqual },
} as const;

/** Is there a soup that beats the best ingredient, by how much, how sure; and a picture of it. */
export function StandingCard({ projectId, standing }: { readonly projectId: string; readonly standing: Standing }) {
  const { color, Icon } = LOOKS[answerOf(standing)];
  const robustness = robustnessOf(standing);
  return (
    <Card withBorder component="section" aria-labelledby="standing">
      <Group wrap="nowrap" align="flex-start" gap="sm" mb="sm">
        <ThemeIcon color={color} variant="light" radius="xl" size={34}>
          <Icon size={20} aria-hidden />
        </ThemeIcon>
        <div style={{ flex: 1 }}>
          <Title order={2} id="standing" style={{ textWrap: 'pretty' }}>
            {leadOf(standing)}
          </Title>
          {!standing.same && (
            <Text size="sm" mt={6}>
              {evidenceOf(standing.sets[0]!)}
            </Text>
          )}
          {robustness !== undefined && (
            <Text size="sm" mt={6}>
              {robustness}
            </Text>
          )}
          <Text size="sm" c="dimmed" mt={6}>
            {standing.chosenOn === 'selection'
              ? 'Both were chosen on the selection split; the test sets were looked at afterwards only.'
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
        </div>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          style={{ flexShrink: 0 }}
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
      </Group>
      {!standing.same && <Chart data={pictureOf(standing)} height={96 + 36 * standing.sets.length} />}
    </Card>
  );
}

function pictureOf(standing: Standing): ChartData {
  return {
    title: `${standing.soup} minus ${standing.ingredient}`,
    kind: 'horizontal-bars',
    x: { title: 'Difference of accuracies', unit: 'points', format: '+.2f' },
    y: { title: 'Test set' },
    series: [
      {
        subject: { kind: 'other', label: 'Soup minus ingredient', ordinal: 0 },
        points: standing.sets.map((set) => ({
          x: set.name,
          y: 100 * differenceOf(set),
          n: set.soup.total,
          ...(set.comparison === null
            ? {}
            : { interval: [100 * set.comparison.interval.low, 100 * set.comparison.interval.high] as const }),
        })),
      },
    ],
  };
}
