import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import type { Job } from '../../../preload/contract/jobs.ts';
import { client, connection, queryClient, service } from '../../lib/service.ts';
import { isWatched } from './watched-jobs.ts';

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

type SetJobs = (jobs: ReadonlyMap<number, Job>) => void;

/** Listens until it is told to stop; after the service was away it listens anew. */
async function follow(signal: AbortSignal, setJobs: SetJobs): Promise<void> {
  while (!signal.aborted) {
    const jobs = new Map<number, Job>();
    try {
      for await (const message of await client.jobs.watch(undefined, { signal })) {
        if (message.kind === 'removed') jobs.delete(message.id);
        else {
          const before = jobs.get(message.job.id);
          jobs.set(message.job.id, message.job);
          queryClient.setQueryData(service.jobs.get.queryKey({ input: { id: message.job.id } }), message.job);
          if (before !== undefined) notice(before, message.job);
        }
        setJobs(new Map(jobs));
      }
    } catch (thrown) {
      // The service went away, which the banner says; anything else would come again at once, so it is not tried again.
      if (connection.state.kind === 'open' && !signal.aborted) throw thrown;
    }
  }
}

/** Pages ask anew for what a job has changed; that it ended is said wherever the user is. */
function notice(before: Job, job: Job): void {
  const hasEnded = before.finishedAt === null && job.finishedAt !== null;
  const hasResult = JSON.stringify(before.result) !== JSON.stringify(job.result);
  if (!hasEnded && !hasResult) return;
  void queryClient.invalidateQueries();
  if (!hasEnded || isWatched(job.id) || (job.state !== 'done' && job.state !== 'failed')) return;
  notifications.show({
    title: job.state === 'done' ? `${job.title}: done` : `${job.title}: failed`,
    message: job.state === 'done' ? 'The jobs list leads to what came of it.' : (job.error?.what ?? ''),
    color: job.state === 'done' ? 'teal' : 'red',
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
