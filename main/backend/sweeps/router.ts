import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { cookTitle, planText } from '../kitchen/cook-text.ts';

export function sweepsRouter(backend: Backend, queue: JobQueue) {
  const { sweeps } = backend;
  const contract = service.sweeps;
  const begin = (sweepId: number): { readonly sweepId: number; readonly jobId: number } => {
    const { projectId, title, jobId: earlier } = sweeps.get(sweepId);
    const job = queue.list().find(({ id }) => id === earlier);
    if (job !== undefined && job.finishedAt === null && job.state !== 'paused') return { sweepId, jobId: job.id };
    if (job !== undefined && job.state !== 'done') return { sweepId, jobId: queue.resume(job.id).id };
    const jobId = queue.start({ kind: 'sweep', title, projectId, request: { projectId, sweepId } }).id;
    sweeps.setJob(sweepId, jobId);
    return { sweepId, jobId };
  };
  return {
    options: contract.options.handler(({ input }) => sweeps.options(input.text)),
    start: contract.start.handler(async ({ input }) => {
      const { id, finishedAt, jobId } = await sweeps.add(input);
      return finishedAt === null ? begin(id) : { sweepId: id, jobId };
    }),
    resume: contract.resume.handler(({ input }) => begin(input.id)),
    get: contract.get.handler(({ input }) => sweeps.get(input.id)),
    list: contract.list.handler(({ input }) => sweeps.list(input.projectId)),
    cook: contract.cook.handler(async ({ input }) => {
      const { projectId } = sweeps.get(input.id);
      const request = { projectId, text: sweeps.recipeOf(input.id, input.ordinal) };
      const title = cookTitle(await planText(backend, request));
      return { jobId: queue.start({ kind: 'cook', title, projectId, request }).id };
    }),
    remove: contract.remove.handler(({ input }) => {
      sweeps.get(input.id);
      sweeps.remove(input.id);
      return { id: input.id };
    }),
    restore: contract.restore.handler(({ input }) => {
      sweeps.restore(input.id);
      return { id: input.id };
    }),
  };
}
