import { Button, Group, ScrollArea, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunEvaluations } from '../../../preload/contract/reports.ts';
import { QueryState } from '../../components/query-state.tsx';
import { formatCount } from '../../lib/format.ts';
import { saveText } from '../../lib/save-file.ts';
import { service } from '../../lib/service.ts';
import { evaluationsCsv } from './evaluations-csv.ts';

type Figure = 'accuracy' | 'loss';

/** Every subject on every split: what the verdict rests on. */
export function Evaluations({ runId }: { readonly runId: number }) {
  const query = useQuery(service.reports.evaluations.queryOptions({ input: { runId } }));
  const [figure, setFigure] = useState<Figure>('accuracy');
  return (
    <section aria-labelledby="evaluations">
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2} id="evaluations">
            Evaluations
          </Title>
          <Text size="sm" c="dimmed">
            {figure === 'accuracy'
              ? 'Accuracy in %, with its 95 % interval (Wilson). The best of each column is bold.'
              : 'Mean cross-entropy in nats; less is better. The best of each column is bold.'}
          </Text>
        </div>
        <Group gap="xs">
          <SegmentedControl
            aria-label="Figure"
            size="xs"
            value={figure}
            onChange={(value) => setFigure(value as Figure)}
            data={[
              { value: 'accuracy', label: 'Accuracy' },
              { value: 'loss', label: 'Cross-entropy' },
            ]}
          />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={15} />}
            disabled={query.data === undefined}
            onClick={() =>
              query.data && saveText(`run-${runId}-evaluations.csv`, 'text/csv', evaluationsCsv(query.data))
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
            <EvaluationsTable data={data} figure={figure} />
          )
        }
      </QueryState>
    </section>
  );
}

function EvaluationsTable({
  data: { splits, rows },
  figure,
}: {
  readonly data: RunEvaluations;
  readonly figure: Figure;
}) {
  const best = splits.map((_, column) => {
    const values = rows.flatMap(({ scores }) => scores[column]?.[figure] ?? []);
    return figure === 'accuracy' ? Math.max(...values) : Math.min(...values);
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
                  {score === null ? (
                    '–'
                  ) : (
                    <Score score={score} figure={figure} isBest={score[figure] === best[column]} />
                  )}
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

function Score({ score, figure, isBest }: { readonly score: Cell; readonly figure: Figure; readonly isBest: boolean }) {
  const weight = isBest ? 700 : 400;
  if (figure === 'loss')
    return (
      <Text size="sm" fw={weight}>
        {score.loss === null ? 'diverged' : score.loss.toFixed(4)}
      </Text>
    );
  return (
    <>
      <Text size="sm" fw={weight}>
        {(100 * score.accuracy).toFixed(2)}
      </Text>
      <Text size="xs" c="dimmed">
        {(100 * score.interval.low).toFixed(2)} – {(100 * score.interval.high).toFixed(2)}
      </Text>
    </>
  );
}
