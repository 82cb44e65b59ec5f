import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Database, openDatabase } from '../../../db/open.ts';
import { jobRepository } from '../../../db/repositories/jobs.ts';
import { type JobContext, type JobKind, jobKind } from '../../../main/backend/jobs/job-kind.ts';
import { JobQueue } from '../../../main/backend/jobs/queue.ts';
import { temporaryFolder } from '../../db/temporary.ts';

async function database(): Promise<Database> {
  const opened = await openDatabase(join(temporaryFolder(), 'stockpot.db'));
  onTestFinished(() => opened.close());
  return opened;
}

function kindOf(name: string, perform: (request: string, context: JobContext) => Promise<null>): JobKind {
  return jobKind({ name, weight: 'heavy', request: z.string(), perform });
}

/** Goes on until it is told to stop. */
const endless = kindOf('simmer', (_request, { signal }) => {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason));
  return promise;
});

const start = (queue: JobQueue, request: unknown, kind = 'simmer') =>
  queue.start({ kind, title: 'Broth', projectId: null, request });

function ended(queue: JobQueue, id: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = queue.subscribe((news) => {
      if (news.kind !== 'job' || news.job.id !== id || news.job.finishedAt === null) return;
      stop();
      resolve();
    });
  });
}

test('a job whose process died is interrupted, keeps its log, and is resumed with what was asked for', async () => {
  const opened = await database();
  const dying = new JobQueue(jobRepository(opened), [endless]);
  const { id } = start(dying, 'carrots');
  // The process dies here: nothing is closed. Another one opens the workspace.
  const seen: string[] = [];
  const kind = kindOf('simmer', async (request) => {
    seen.push(request);
    return null;
  });
  const queue = new JobQueue(jobRepository(opened), [kind]);
  expect(queue.get(id)).toMatchObject({ state: 'interrupted', attempts: 1 });
  expect(queue.get(id).finishedAt).not.toBeNull();
  expect(queue.events(id).map(({ event }) => event)).toEqual([{ kind: 'attempt', attempt: 1 }]);
  const end = ended(queue, id);
  queue.resume(id);
  await end;
  expect(queue.get(id)).toMatchObject({ state: 'done', attempts: 2, error: null });
  expect(seen).toEqual(['carrots']);
});

test('closing interrupts what runs; what waited begins in the next process', async () => {
  const opened = await database();
  const first = new JobQueue(jobRepository(opened), [endless]);
  const running = start(first, 'carrots');
  const waiting = start(first, 'leeks');
  await first.close();
  expect(first.get(running.id)).toMatchObject({ state: 'interrupted' });
  expect(first.get(waiting.id)).toMatchObject({ state: 'queued' });

  const next = new JobQueue(jobRepository(opened), [endless]);
  expect(next.get(running.id)).toMatchObject({ state: 'interrupted' });
  expect(next.get(waiting.id)).toMatchObject({ state: 'running' });
  await next.close();
});

test('work of a kind that is no longer known fails and says so', async () => {
  const opened = await database();
  const { id } = jobRepository(opened).add({ kind: 'fry', title: 'Fry', projectId: null, request: 'eggs' });
  const queue = new JobQueue(jobRepository(opened), [endless]);
  if (queue.get(id).finishedAt === null) await ended(queue, id);
  expect(queue.get(id)).toMatchObject({ state: 'failed', error: { code: 'jobs/unknown-kind' } });
});

test('a request that does not fit its kind fails before any work', async () => {
  const opened = await database();
  const queue = new JobQueue(jobRepository(opened), [endless]);
  const { id } = start(queue, { not: 'a text' });
  if (queue.get(id).finishedAt === null) await ended(queue, id);
  expect(queue.get(id).state).toBe('failed');
});

test('what a job led to is known while it runs, and after a restart', async () => {
  const opened = await database();
  const kind = kindOf('simmer', async (_request, { expect: foresee, signal }) => {
    foresee({ kind: 'run', projectId: 1, runId: 7 });
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return null;
  });
  const queue = new JobQueue(jobRepository(opened), [kind]);
  const { id } = start(queue, 'carrots');
  expect(queue.get(id).result).toEqual({ kind: 'run', projectId: 1, runId: 7 });
  await queue.close();
  expect(new JobQueue(jobRepository(opened), [kind]).get(id)).toMatchObject({
    state: 'interrupted',
    result: { kind: 'run', runId: 7 },
  });
});

test('a removed job takes its number with it', async () => {
  const opened = await database();
  const kind = kindOf('simmer', async () => null);
  const queue = new JobQueue(jobRepository(opened), [kind]);
  const { id } = start(queue, 'carrots');
  await ended(queue, id);
  expect(queue.clear()).toBe(1);
  expect(start(queue, 'leeks').id).toBeGreaterThan(id);
  await queue.close();
});
