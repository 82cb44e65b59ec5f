import { Button, Group, ScrollArea, Table, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { RunEvaluations } from '../../../preload/contract/reports.ts';
import { MetricSelect } from '../../components/metric-select.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatCount } from '../../lib/format.ts';
import { figureOf, formatInterval, formatScore } from '../../lib/metric-format.ts';
import { saveText } from '../../lib/save-file.ts';
import { service } from '../../lib/service.ts';
import { useMetrics } from '../../lib/use-metrics.ts';
import { evaluationsCsv } from './evaluations-csv.ts';

/** Every subject on every split: what the verdict rests on. */
export function Evaluations({ runId }: { readonly runId: number }) {
  const query = useQuery(service.reports.evaluations.queryOptions({ input: { runId } }));
  const metrics = useMetrics();
  const [chosen, setChosen] = useState<string>();
  const metric = metrics.find(({ id }) => id === chosen) ?? metrics[0];
  return (
    <section aria-labelledby="evaluations">
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2} id="evaluations">
            Evaluations
          </Title>
          <Text size="sm" c="dimmed">
            {metric?.description} {metric?.better === 'lower' && 'Less is better. '}The best of each column is bold.
          </Text>
        </div>
        <Group gap="xs">
          {metric !== undefined && (
            <MetricSelect metrics={metrics} value={metric.id} onChange={setChosen} size="xs" isNamed={false} />
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={15} />}
            disabled={query.data === undefined}
            onClick={() =>
              query.data && saveText(`run-${runId}-evaluations.csv`, 'text/csv', evaluationsCsv(query.data, metrics))
            }
          >
            CSV
          </Button>
        </Group>
      </Group>
      <QueryState query={query} what="evaluations">
        {(data) =>
          data.rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing has been evaluated yet.
            </Text>
          ) : (
            metric !== undefined && <EvaluationsTable data={data} metric={metric} />
          )
        }
      </QueryState>
    </section>
  );
}

function EvaluationsTable({
  data: { splits, rows },
  metric,
}: {
  readonly data: RunEvaluations;
  readonly metric: Metric;
}) {
  const best = splits.map((_, column) => {
    const values = rows.flatMap(({ scores }) => figureOf(scores[column], metric.id) ?? []);
    return metric.better === 'higher' ? Math.max(...values) : Math.min(...values);
  });
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Table of evaluations' }}>
      <Table aria-label="Evaluations" verticalSpacing={6} miw={180 + 120 * splits.length} withRowBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Subject</Table.Th>
            {splits.map(({ name, role, sampleCount }) => (
              <Table.Th key={`${role} ${name}`} ta="right">
                {name}
                <Text size="xs" c="dimmed" fw={400}>
                  n = {formatCount(sampleCount)}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ kind, label, scores }) => (
            <Table.Tr key={`${kind} ${label}`}>
              <Table.Th scope="row" fw={kind === 'soup' ? 600 : 400}>
                {label}
              </Table.Th>
              {scores.map((score, column) => (
                <Table.Td key={splits[column]!.name} ta="right" className="numeric">
                  {score === null ? '–' : <Score score={score} metric={metric} best={best[column]} />}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

type Cell = NonNullable<RunEvaluations['rows'][number]['scores'][number]>;

interface ScoreProps {
  readonly score: Cell;
  readonly metric: Metric;
  readonly best: number | undefined;
}

function Score({ score, metric, best }: ScoreProps) {
  const figure = score.figures[metric.id];
  if (figure === undefined) {
    return (
      <Text size="sm" c="dimmed">
        not known
      </Text>
    );
  }
  if (figure.value === null) {
    return (
      <Text size="sm" c="dimmed">
        no figure
      </Text>
    );
  }
  const { value, interval } = figure;
  return (
    <>
      <Text size="sm" fw={value === best ? 700 : 400}>
        {formatScore(value, metric)}
      </Text>
      {interval !== null && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {formatInterval(interval, metric)}
        </Text>
      )}
    </>
  );
}
