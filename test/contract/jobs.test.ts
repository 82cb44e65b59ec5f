import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Application } from '../../main/backend/entries/application.ts';
import { type JobContext, jobKind } from '../../main/backend/jobs/job-kind.ts';
import { StockpotError } from '../../main/errors.ts';
import type { Client } from '../../preload/contract/contract.ts';
import type { Job } from '../../preload/contract/jobs.ts';
import { type Connected, ended, factsOfFailure, openEmptyApplication, TRANSPORTS } from './transports.ts';

/** Work that a test steers. */
class Steered {
  readonly started: string[] = [];
  fails = false;
  #release = Promise.withResolvers<void>();

  kind(name: string, weight: 'heavy' | 'light') {
    return jobKind({
      name,
      weight,
      request: z.object({ name: z.string() }),
      perform: (request, context) => this.#perform(request.name, context),
    });
  }

  letGo(): void {
    this.#release.resolve();
  }

  async #perform(name: string, { signal, onProgress, send }: JobContext): Promise<null> {
    this.started.push(name);
    onProgress({ stage: 'Scoring', done: 1, total: 4, unit: 'candidates' });
    send({ kind: 'log', text: `${name} has begun` });
    await Promise.race([
      this.#release.promise,
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ]);
    if (this.fails) throw new StockpotError({ code: 'test/broken', what: 'It is broken', remedy: 'Mend it.' });
    return null;
  }
}

describe.each(TRANSPORTS)('jobs over $name', ({ connect }) => {
  let application: Application;
  let connected: Connected;
  let client: Client;
  let work: Steered;

  beforeEach(async () => {
    work = new Steered();
    application = await openEmptyApplication([work.kind('simmer', 'heavy'), work.kind('stir', 'light')]);
    connected = await connect(application.router);
    ({ client } = connected);
  });

  afterEach(async () => {
    await connected.close();
    await application.close();
  });

  const start = (name: string, kind = 'simmer'): { readonly jobId: number } => ({
    jobId: application.jobs.start({ kind, title: name, projectId: null, request: { name } }).id,
  });

  async function running({ jobId }: { readonly jobId: number }): Promise<void> {
    for await (const news of await client.jobs.watch()) {
      if (news.kind === 'job' && news.job.id === jobId && news.job.progress !== null) return;
    }
  }

  test('one is followed from the queue to its end, with its progress and its log', async () => {
    const { jobId } = start('Broth');
    const seen: Job[] = [];
    const news = await client.jobs.watch();
    for await (const change of news) {
      if (change.kind === 'removed') continue;
      seen.push(change.job);
      if (change.job.progress !== null) work.letGo();
      if (change.job.finishedAt !== null) break;
    }
    expect(seen.at(-1)).toMatchObject({ id: jobId, state: 'done', attempts: 1, progress: { done: 1, total: 4 } });
    const told: unknown[] = [];
    for await (const { event } of await client.jobs.follow({ id: jobId })) told.push(event);
    expect(told).toEqual([
      { kind: 'attempt', attempt: 1 },
      { kind: 'log', text: 'Broth has begun' },
    ]);
    expect((await client.jobs.events({ id: jobId })).map(({ event }) => event)).toEqual(told);
  });

  test('whoever watches hears that a job was taken off the list', async () => {
    const job = start('Broth');
    work.letGo();
    await ended(client, job);
    for await (const change of await client.jobs.watch()) {
      if (change.kind === 'removed') {
        expect(change.id).toBe(job.jobId);
        break;
      }
      expect(await client.jobs.clear()).toEqual({ removed: 1 });
    }
    expect(await client.jobs.list()).toEqual([]);
  });

  test('heavy work waits for heavy work, light work does not', async () => {
    const first = start('Broth');
    const second = start('Stew');
    const aside = start('Salt', 'stir');
    await running(aside);
    expect(work.started).toEqual(['Broth', 'Salt']);
    expect(await client.jobs.get({ id: second.jobId })).toMatchObject({ state: 'queued', startedAt: null });
    work.letGo();
    await Promise.all([first, second, aside].map((job) => ended(client, job)));
    expect(work.started).toEqual(['Broth', 'Salt', 'Stew']);
  });

  test('one is cancelled while it runs, another before it begins, and both can go on', async () => {
    const first = start('Broth');
    const second = start('Stew');
    expect(await client.jobs.cancel({ id: second.jobId })).toMatchObject({ state: 'cancelled', attempts: 0 });
    await client.jobs.cancel({ id: first.jobId });
    expect(await ended(client, first)).toMatchObject({ state: 'cancelled', error: null });
    work.letGo();
    await client.jobs.resume({ id: first.jobId });
    await client.jobs.resume({ id: second.jobId });
    expect(await ended(client, first)).toMatchObject({ state: 'done', attempts: 2 });
    expect(await ended(client, second)).toMatchObject({ state: 'done', attempts: 1 });
  });

  test('one that is paused gives its place free and goes on when it is resumed', async () => {
    const first = start('Broth');
    const second = start('Stew');
    await running(first);
    await client.jobs.pause({ id: first.jobId });
    expect(await ended(client, first)).toMatchObject({ state: 'paused' });
    await running(second);
    expect(await client.jobs.clear()).toEqual({ removed: 0 });
    work.letGo();
    await client.jobs.resume({ id: first.jobId });
    expect(await ended(client, first)).toMatchObject({ state: 'done', attempts: 2 });
  });

  test('one that fails says why, and is resumed when that is mended', async () => {
    work.fails = true;
    work.letGo();
    const job = start('Broth');
    expect(await ended(client, job)).toMatchObject({
      state: 'failed',
      error: { code: 'test/broken', what: 'It is broken', remedy: 'Mend it.' },
    });
    work.fails = false;
    expect(await client.jobs.resume({ id: job.jobId })).toMatchObject({ error: null });
    expect(await ended(client, job)).toMatchObject({ state: 'done' });
    const events = await client.jobs.events({ id: job.jobId });
    expect(events.filter(({ event }) => event.kind === 'attempt')).toHaveLength(2);
    expect(events.map(({ event }) => event)).toContainEqual({ kind: 'log', text: 'It is broken' });
  });

  test('what cannot be done to a job is refused, and unknown ones are named', async () => {
    const job = start('Broth');
    expect(await factsOfFailure(client.jobs.resume({ id: job.jobId }))).toMatchObject({ code: 'jobs/not-resumable' });
    work.letGo();
    await ended(client, job);
    expect(await factsOfFailure(client.jobs.pause({ id: job.jobId }))).toMatchObject({ code: 'jobs/ended' });
    expect(await client.jobs.cancel({ id: job.jobId })).toMatchObject({ state: 'done' });
    expect(await factsOfFailure(client.jobs.cancel({ id: 99 }))).toMatchObject({
      code: 'jobs/unknown',
      where: 'job 99',
    });
  });
});
