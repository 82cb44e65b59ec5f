import { ScrollArea, SimpleGrid, Stack, Text } from '@mantine/core';
import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import { Chart } from '../../charts/chart.tsx';
import { useMetrics } from '../../lib/use-metrics.ts';
import { describeStep, isStepForward } from './describe-step.ts';
import { learningCharts } from './learning-charts.ts';
import classes from './run.module.css';
import { describeSaving } from './saving.ts';
import { toldSteps } from './scored-steps.ts';
import { traceChart } from './trace-chart.ts';

/** What a recipe tried and learned, as pictures and in words. */
export function Trace({ trace }: { readonly trace: readonly JobTraceStep[] }) {
  const metrics = useMetrics();
  const tried = traceChart(trace, metrics);
  const charts = [...(tried === undefined ? [] : [tried]), ...learningCharts(trace, metrics)];
  const saving = describeSaving(trace);
  return (
    <SimpleGrid cols={{ base: 1, md: charts.length === 0 ? 1 : 2 }} spacing="xl">
      {charts.length > 0 && (
        <Stack gap="lg">
          {charts.map((data) => (
            <Chart key={data.title} data={data} height={charts.length === 1 ? 360 : 260} />
          ))}
          {saving !== undefined && (
            <Text size="sm" c="dimmed" className="numeric">
              {saving}
            </Text>
          )}
        </Stack>
      )}
      <ScrollArea.Autosize
        mah={charts.length > 1 ? 300 * charts.length : 390}
        type="auto"
        viewportProps={{ tabIndex: 0, 'aria-label': 'Steps' }}
      >
        <ol className={classes.steps} aria-label="Steps">
          {toldSteps(trace).map((step, index) => (
            // Steps are only ever added at the end.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={index} className="numeric">
              {isStepForward(step) ? <b>{describeStep(step, metrics)}</b> : describeStep(step, metrics)}
            </li>
          ))}
        </ol>
      </ScrollArea.Autosize>
    </SimpleGrid>
  );
}
