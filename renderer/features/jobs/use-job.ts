import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Job, JobEvent } from '../../../preload/contract/jobs.ts';
import { client, connection, service } from '../../lib/service.ts';
import { watchJob } from './watched-jobs.ts';

const LOOK_AGAIN_MILLISECONDS = 400;

/** One job as it is now; undefined until it is known. Whoever uses it shows the job, so that its end needs no notice. */
export function useJob(id: number): Job | undefined {
  useEffect(() => watchJob(id), [id]);
  const { data } = useQuery(
    service.jobs.get.queryOptions({
      input: { id },
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data?.finishedAt == null ? LOOK_AGAIN_MILLISECONDS : false),
    }),
  );
  return data;
}

/** What has happened in a job, in order; it grows on screen as it goes on, also when it is resumed after its end. */
export function useJobEvents(id: number): readonly JobEvent[] {
  const [events, setEvents] = useState<readonly JobEvent[]>([]);
  const attempts = useJob(id)?.attempts;
  useEffect(() => {
    if (attempts === undefined) return;
    const controller = new AbortController();
    void follow(id, controller.signal, setEvents);
    return () => controller.abort();
  }, [id, attempts]);
  return events;
}

type Update = (change: (events: readonly JobEvent[]) => readonly JobEvent[]) => void;

/** Until the job has ended; after the service was away it begins anew. */
async function follow(id: number, signal: AbortSignal, update: Update): Promise<void> {
  for (;;) {
    try {
      const happenings = await client.jobs.follow({ id }, { signal });
      update(() => []);
      for await (const event of happenings) update((events) => [...events, event]);
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      // The service went away, which the banner says; anything else would come again at once, so it is not tried again.
      if (connection.state.kind === 'open') throw thrown;
    }
  }
}
