import { service } from '../api/service.ts';
import type { JobQueue } from './queue.ts';
import { followJob, watchJobs } from './watch.ts';

export function jobsRouter(queue: JobQueue) {
  const { jobs } = service;
  return {
    list: jobs.list.handler(() => queue.list()),
    get: jobs.get.handler(({ input }) => queue.get(input.id)),
    watch: jobs.watch.handler(({ signal }) => watchJobs(queue, signal)),
    events: jobs.events.handler(({ input }) => queue.events(input.id)),
    follow: jobs.follow.handler(({ input, signal }) => followJob(queue, input.id, signal)),
    cancel: jobs.cancel.handler(({ input }) => queue.cancel(input.id)),
    pause: jobs.pause.handler(({ input }) => queue.pause(input.id)),
    resume: jobs.resume.handler(({ input }) => queue.resume(input.id)),
    clear: jobs.clear.handler(({ input }) => ({ removed: queue.clear(input?.id) })),
  };
}
