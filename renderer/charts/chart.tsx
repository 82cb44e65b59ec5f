import { ActionIcon, Button, Group, Menu, Skeleton, Text, Title, useComputedColorScheme } from '@mantine/core';
import { IconChartBar, IconDownload, IconTable } from '@tabler/icons-react';
import { lazy, Suspense, useId, useRef, useState } from 'react';
import { saveText } from '../lib/save-file.ts';
import { type AnyChartData, cappedChart, csvOf, type Ranges } from './chart-data.ts';
import { ChartTable } from './chart-table.tsx';
import type { SaveImage } from './plot.tsx';
import { useTurn } from './use-turn.ts';

const Plot = lazy(() => import('./plot.tsx'));

interface ChartProps {
  readonly data: AnyChartData;
  readonly height?: number;
  /** The subject, by its label, that stands out; all others step back. */
  readonly emphasis?: string | undefined;
  readonly onPick?: (label: string) => void;
  /** Of axes side by side: what is left of them after a rectangle was drawn over some. */
  readonly onRanges?: (ranges: Ranges) => void;
}

/** A chart and, one click away, every number in it as a table; both can be taken along as a file. */
export function Chart({ data, height = 320, emphasis, onPick, onRanges }: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  const scheme = useComputedColorScheme('light');
  const heading = useId();
  const figure = useRef<HTMLElement>(null);
  const isDue = useTurn(figure);
  const saveImage = useRef<SaveImage | undefined>(undefined);
  const { data: drawn, left } = cappedChart(data);
  const name = data.title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return (
    <figure ref={figure} style={{ margin: 0 }} aria-labelledby={heading}>
      <Group justify="space-between" mb={4} wrap="nowrap" align="flex-start">
        <Title order={3} id={heading}>
          {data.title}
        </Title>
        <Group gap={2} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={asTable ? <IconChartBar size={15} /> : <IconTable size={15} />}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? 'Chart' : 'Table'}
          </Button>
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`Save “${data.title}”`}>
                <IconDownload size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {!asTable && <Menu.Item onClick={() => void saveImage.current?.('svg', name)}>Picture, SVG</Menu.Item>}
              {!asTable && <Menu.Item onClick={() => void saveImage.current?.('png', name)}>Picture, PNG</Menu.Item>}
              <Menu.Item onClick={() => saveText(`${name}.csv`, 'text/csv', csvOf(data))}>Numbers, CSV</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      {asTable ? (
        <ChartTable data={data} />
      ) : !isDue ? (
        // Nobody looks at it yet: only its place is kept.
        <div style={{ height }} />
      ) : (
        <Suspense fallback={<Skeleton height={height} radius="md" />}>
          <Plot
            data={drawn}
            height={height}
            dark={scheme === 'dark'}
            emphasis={emphasis}
            onPick={onPick}
            onRanges={onRanges}
            onReady={(save) => {
              saveImage.current = save;
            }}
          />
        </Suspense>
      )}
      {left > 0 && !asTable && (
        <Text component="figcaption" size="sm" c="dimmed">
          {left.toLocaleString('en')} points are too many to draw; the table has all of them.
        </Text>
      )}
    </figure>
  );
}
