import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { errorFacts, id, procedure, timestamp } from './base.ts';

const jobState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);

const progress = z.object({
  stage: z.string(),
  done: z.number(),
  total: z.number(),
  unit: z.string(),
  figures: z.record(z.string(), z.number()).optional(),
});

const job = z.object({
  id,
  kind: z.string(),
  title: z.string(),
  projectId: id.nullable(),
  state: jobState,
  progress: progress.nullable(),
  error: errorFacts.nullable(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
});

export type Job = Readonly<z.infer<typeof job>>;

export const jobs = {
  list: procedure.output(z.array(job).readonly()),
  /** All jobs at once, then each one again whenever it changes (progress at most ten times a second), until the caller leaves. */
  watch: procedure.output(eventIterator(job)),
  cancel: procedure.input(z.object({ id })).output(job),
  /** Takes finished jobs off the list. */
  clear: procedure.output(z.object({ removed: z.int() })),
};
