import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ApiErrorFacts } from '../../../preload/contract/base.ts';
import type { IngredientsComparison, PreflightFile } from '../../../preload/contract/ingredients.ts';
import { Chart } from '../../charts/chart.tsx';
import { ErrorState } from '../../components/error-state.tsx';
import { HelpButton } from '../../components/help/help-button.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { client } from '../../lib/service.ts';
import type { FileReading } from './file-reading.ts';

interface AncestryPanelProps {
  readonly files: readonly PreflightFile[];
  readonly readings: ReadonlyMap<string, FileReading>;
}

/** Who shares an ancestor: on request, because everything has to be read for it. */
export function AncestryPanel({ files, readings }: AncestryPanelProps) {
  const [share, setShare] = useState<number>();
  const [comparison, setComparison] = useState<IngredientsComparison>();
  const [error, setError] = useState<ApiErrorFacts>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const compare = async (): Promise<void> => {
    const stop = new AbortController();
    running.current = stop;
    setShare(0);
    setError(undefined);
    try {
      const wanted = files.map(({ path, name }) => ({ path, name, ...readings.get(path) }));
      for await (const event of await client.ingredients.compare({ files: wanted }, { signal: stop.signal })) {
        if (event.kind === 'compared') setComparison(event.comparison);
        else if (event.kind === 'failed') setError(event.error);
        else setShare((100 * event.progress.done) / Math.max(1, event.progress.total));
      }
    } catch (thrown) {
      if (!stop.signal.aborted) setError(errorFactsOf(thrown));
    }
    setShare(undefined);
  };
  if (files.length < 2) return null;
  if (comparison !== undefined) return <Outcome comparison={comparison} />;
  return (
    <Stack gap="xs">
      {share === undefined ? (
        <Group>
          <Button variant="default" size="xs" onClick={() => void compare()}>
            Compare the numbers
          </Button>
          <Text size="sm" c="dimmed">
            Tells which share an ancestor. Reads {files.length} files whole.
          </Text>
          <AncestryHelp />
        </Group>
      ) : (
        <Group wrap="nowrap">
          <Progress value={share} aria-label="Comparing the numbers" style={{ flex: 1 }} />
          <Button variant="default" size="xs" onClick={() => running.current?.abort()}>
            Stop
          </Button>
        </Group>
      )}
      {error !== undefined && <ErrorState error={error} />}
    </Stack>
  );
}

function AncestryHelp() {
  return <HelpButton topic="ancestry" label="Help: shared ancestors" />;
}

function Outcome({ comparison: { sentences, pairs, names } }: { readonly comparison: IngredientsComparison }) {
  const isApart = pairs.some(({ verdict }) => verdict === 'different');
  return (
    <Stack gap="xs">
      <Alert
        role="status"
        variant="light"
        color={isApart ? 'yellow' : 'teal'}
        title={
          <Group gap={6}>
            {isApart ? 'Not all of them share an ancestor' : 'Nothing speaks against averaging them'}
            <AncestryHelp />
          </Group>
        }
      >
        {sentences.map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
      </Alert>
      <Chart
        data={{
          kind: 'heatmap',
          title: 'Cosine of the weights, median over tensors',
          x: { title: 'checkpoint' },
          y: { title: 'checkpoint' },
          value: { title: 'cosine', format: '.3f' },
          columns: names,
          rows: names,
          diverging: true,
          values: names.map((_, row) => names.map((__, column) => cosineOf(pairs, row, column))),
        }}
      />
    </Stack>
  );
}

function cosineOf(pairs: IngredientsComparison['pairs'], row: number, column: number): number | null {
  if (row === column) return 1;
  const pair = pairs.find(({ a, b }) => a === Math.min(row, column) && b === Math.max(row, column));
  const known = (pair?.cosines ?? []).filter((cosine) => cosine !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? null;
}
