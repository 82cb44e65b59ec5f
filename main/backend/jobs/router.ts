import { service } from '../api/service.ts';
import type { JobQueue } from './queue.ts';
import { watchJobs } from './watch.ts';

export function jobsRouter(queue: JobQueue) {
  return {
    list: service.jobs.list.handler(() => queue.list()),
    watch: service.jobs.watch.handler(({ signal }) => watchJobs(queue, signal)),
    cancel: service.jobs.cancel.handler(({ input }) => queue.cancel(input.id)),
    clear: service.jobs.clear.handler(() => ({ removed: queue.clear() })),
  };
}
