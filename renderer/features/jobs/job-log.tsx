import { ScrollArea, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useMetrics } from '../../lib/use-metrics.ts';
import { textOfEvent } from './event-text.ts';
import classes from './jobs.module.css';
import { useJobEvents } from './use-job.ts';

/** Lines that are shown at once; the oldest are left out, and it is said how many. */
const MOST_LINES = 500;

/** What has happened in a job, line by line; it stays at its end while it grows. */
export function JobLog({ jobId, title }: { readonly jobId: number; readonly title: string }) {
  const events = useJobEvents(jobId);
  const metrics = useMetrics();
  const viewport = useRef<HTMLDivElement>(null);
  const shown = events.slice(-MOST_LINES);
  const last = shown.at(-1)?.ordinal;
  useEffect(() => {
    if (last !== undefined) viewport.current?.scrollTo({ top: viewport.current.scrollHeight });
  }, [last]);
  return (
    <ScrollArea.Autosize
      mah={220}
      mt="xs"
      className={classes.log}
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, role: 'log', 'aria-label': `Log of ${title}` }}
    >
      {events.length > shown.length && (
        <Text size="xs" c="dimmed">
          {events.length - shown.length} earlier lines are not shown
        </Text>
      )}
      {shown.map(({ ordinal, at, event }) => (
        <div key={ordinal} className={classes.line}>
          <time dateTime={at}>{new Date(at).toLocaleTimeString('en-GB')}</time>
          <span>{textOfEvent(event, metrics)}</span>
        </div>
      ))}
    </ScrollArea.Autosize>
  );
}
