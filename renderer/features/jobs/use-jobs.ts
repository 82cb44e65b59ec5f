import { useEffect, useState } from 'react';
import type { Job } from '../../../preload/contract/jobs.ts';
import { client, connection } from '../../lib/service.ts';

/** All jobs as they are now, newest first; they change on screen as they change. */
export function useJobs(): readonly Job[] {
  const [jobs, setJobs] = useState<ReadonlyMap<number, Job>>(new Map());
  useEffect(() => {
    const controller = new AbortController();
    void follow(controller.signal, setJobs);
    return () => controller.abort();
  }, []);
  return [...jobs.values()].sort((a, b) => b.id - a.id);
}

type Update = (change: (jobs: ReadonlyMap<number, Job>) => ReadonlyMap<number, Job>) => void;

/** Listens until it is told to stop; after the service was away it listens anew. */
async function follow(signal: AbortSignal, update: Update): Promise<void> {
  while (!signal.aborted) {
    try {
      const changes = await client.jobs.watch(undefined, { signal });
      update(() => new Map());
      for await (const job of changes) update((jobs) => new Map(jobs).set(job.id, job));
    } catch (thrown) {
      // The service went away, which the banner says; anything else would come again at once, so it is not tried again.
      if (connection.state.kind === 'open' && !signal.aborted) throw thrown;
    }
  }
}
