import { Button, Group, Skeleton, Text, Title, useComputedColorScheme } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { lazy, Suspense, useId, useState } from 'react';
import { type ChartData, capped } from './chart-data.ts';
import { ChartTable } from './chart-table.tsx';

const Plot = lazy(() => import('./plot.tsx'));

/** A chart and, one click away, every number in it as a table. */
export function Chart({ data, height = 320 }: { readonly data: ChartData; readonly height?: number }) {
  const [asTable, setAsTable] = useState(false);
  const scheme = useComputedColorScheme('light');
  const heading = useId();
  const { series, left } = capped(data.series);
  return (
    <figure style={{ margin: 0 }} aria-labelledby={heading}>
      <Group justify="space-between" mb={4}>
        <Title order={3} id={heading}>
          {data.title}
        </Title>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={asTable ? <IconChartBar size={15} /> : <IconTable size={15} />}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Chart' : 'Table'}
        </Button>
      </Group>
      {asTable ? (
        <ChartTable data={data} />
      ) : (
        <Suspense fallback={<Skeleton height={height} radius="md" />}>
          <Plot data={{ ...data, series }} height={height} dark={scheme === 'dark'} />
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
