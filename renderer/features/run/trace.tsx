import { ScrollArea, SimpleGrid } from '@mantine/core';
import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import { Chart } from '../../charts/chart.tsx';
import { useMetrics } from '../../lib/use-metrics.ts';
import classes from './run.module.css';
import { describeStep, traceChart } from './trace-chart.ts';

/** What a recipe tried, as a picture and in words. */
export function Trace({ trace }: { readonly trace: readonly JobTraceStep[] }) {
  const metrics = useMetrics();
  const data = traceChart(trace, metrics);
  const told = trace.filter(({ kind }) => kind !== 'candidate-scored');
  return (
    <SimpleGrid cols={{ base: 1, md: data === undefined ? 1 : 2 }} spacing="xl">
      {data !== undefined && <Chart data={data} height={360} />}
      <ScrollArea.Autosize mah={390} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Steps' }}>
        <ol className={classes.steps} aria-label="Steps">
          {told.map((step, index) => (
            // Steps are only ever added at the end.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={index} className="numeric">
              {step.kind === 'accepted' || step.kind === 'started' ? (
                <b>{describeStep(step, metrics)}</b>
              ) : (
                describeStep(step, metrics)
              )}
            </li>
          ))}
        </ol>
      </ScrollArea.Autosize>
    </SimpleGrid>
  );
}
