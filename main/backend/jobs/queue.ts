import type { JobRepository, JobState, StoredJob } from '../../../db/repositories/jobs.ts';
import type { JobEvent, JobResult } from '../../../preload/contract/jobs.ts';
import { factsOf, StockpotError, throwIfCancelled } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import type { Happening, JobKind } from './job-kind.ts';
import { Pace } from './pace.ts';

/** A job as people see it. */
export interface Job extends Omit<StoredJob, 'request' | 'result'> {
  readonly result: JobResult | null;
  /** Of the whole job where its progress tells that, else of the present stage; null where nothing can be said. */
  readonly secondsLeft: number | null;
}

export interface JobRequest {
  readonly kind: string;
  /** For people: `Cook greedy soup of 5 ingredients`. */
  readonly title: string;
  readonly projectId: number | null;
  readonly request: unknown;
}

interface Entry {
  job: Job;
  readonly request: unknown;
  /** While it runs. */
  running: { readonly controller: AbortController; endsAs: 'cancelled' | 'paused' | 'interrupted' } | undefined;
  progressSavedAt: number;
}

/** How many jobs of a weight run at once. */
const PLACES: Readonly<Record<JobKind['weight'], number>> = { heavy: 1, light: 2 };

/** Progress is for whoever watches; the database hears of it this often. */
const SAVE_MILLISECONDS = 2000;

export type JobNews = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'removed'; readonly id: number };

type Listener = (news: JobNews) => void;

/**
 * Long work that people watch: oldest first, one heavy job at a time with light ones beside it. Jobs and what happened in them
 * are kept in the database; one whose process died can be resumed, and so can what was paused, cancelled or failed.
 */
export class JobQueue {
  readonly #repository: JobRepository;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<Listener>();
  readonly #running = new Map<Promise<void>, JobKind['weight']>();
  #closed = false;

  /** Jobs that waited when the last process ended go on waiting, and begin. */
  constructor(repository: JobRepository, kinds: readonly JobKind[]) {
    this.#repository = repository;
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
    repository.interruptRunning();
    for (const stored of repository.list()) this.#keep(stored);
    this.#next();
  }

  start({ kind, title, projectId, request }: JobRequest): Job {
    const entry = this.#keep(this.#repository.add({ kind, title, projectId, request }));
    this.#announce(entry.job);
    this.#next();
    return entry.job;
  }

  /** Oldest first. */
  list(): readonly Job[] {
    return [...this.#entries.values()].map((entry) => entry.job);
  }

  /** @throws StockpotError `jobs/unknown` */
  get(id: number): Job {
    return this.#entry(id).job;
  }

  /** What has happened in a job after event number `ordinal`. @throws StockpotError `jobs/unknown` */
  events(id: number, ordinal = 0): readonly JobEvent[] {
    this.#entry(id);
    return this.#repository.events(id, ordinal) as readonly JobEvent[];
  }

  /** Asks for the end of a job; one that is done or failed stays as it is. @throws StockpotError `jobs/unknown` */
  cancel(id: number): Job {
    return this.#stop(id, 'cancelled');
  }

  /** @throws StockpotError `jobs/unknown`, `jobs/ended` */
  pause(id: number): Job {
    if (this.#entry(id).job.finishedAt !== null) throw wrongState(this.get(id), 'jobs/ended', 'It cannot be paused');
    return this.#stop(id, 'paused');
  }

  /** @throws StockpotError `jobs/unknown`, `jobs/not-resumable` */
  resume(id: number): Job {
    const entry = this.#entry(id);
    const { state } = entry.job;
    if (state === 'queued' || state === 'running' || state === 'done') {
      throw wrongState(entry.job, 'jobs/not-resumable', 'There is nothing to resume');
    }
    this.#change(entry, { state: 'queued', error: null, progress: null, finishedAt: null, secondsLeft: null });
    this.#next();
    return entry.job;
  }

  /**
   * Takes a job that does not wait or run off the list or, without an id, all that are done, failed or cancelled; returns how many.
   * @throws StockpotError `jobs/unknown`
   */
  clear(id?: number): number {
    if (id !== undefined) this.#entry(id);
    const chosen = this.list().filter((job) =>
      id === undefined ? isOver(job.state) : job.id === id && job.finishedAt !== null,
    );
    for (const job of chosen) {
      this.#entries.delete(job.id);
      this.#repository.remove(job.id);
      this.#tell({ kind: 'removed', id: job.id });
    }
    return chosen.length;
  }

  /** Calls `listener` with a job whenever it changes, something happens in it or it is taken off the list; returns how to stop that. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen at present. */
  get watcherCount(): number {
    return this.#listeners.size;
  }

  /** Stops what runs, to be resumed, and waits until it has let go. What waits goes on waiting for the next process. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { job, running } of this.#entries.values()) if (running !== undefined) this.#stop(job.id, 'interrupted');
    await Promise.all(this.#running.keys());
  }

  #keep(stored: StoredJob): Entry {
    const { request, result, ...rest } = stored;
    const job: Job = { ...rest, result: result as JobResult | null, secondsLeft: null };
    const entry: Entry = { job, request, running: undefined, progressSavedAt: 0 };
    this.#entries.set(job.id, entry);
    return entry;
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new StockpotError({ code: 'jobs/unknown', what: 'There is no such job', where: `job ${id}` });
  }

  #stop(id: number, endsAs: 'cancelled' | 'paused' | 'interrupted'): Job {
    const entry = this.#entry(id);
    const { state } = entry.job;
    if (entry.running !== undefined) {
      entry.running.endsAs = endsAs;
      entry.running.controller.abort();
    } else if (state === 'queued' || state === 'paused' || state === 'interrupted') {
      this.#change(entry, { state: endsAs, finishedAt: now() });
    }
    return entry.job;
  }

  #next(): void {
    for (const entry of this.#entries.values()) {
      if (this.#closed) return;
      if (entry.job.state !== 'queued') continue;
      // A kind that an older Stockpot knew takes no place: it fails at once.
      const weight = this.#kinds.get(entry.job.kind)?.weight ?? 'light';
      const taken = [...this.#running.values()].filter((other) => other === weight).length;
      if (taken >= PLACES[weight]) continue;
      const running = this.#run(entry).finally(() => {
        this.#running.delete(running);
        this.#next();
      });
      this.#running.set(running, weight);
    }
  }

  async #run(entry: Entry): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const running: NonNullable<Entry['running']> = { controller, endsAs: 'cancelled' };
    entry.running = running;
    const attempts = entry.job.attempts + 1;
    this.#change(entry, { state: 'running', attempts, startedAt: now() });
    const send = (event: Happening): void => this.#record(entry, event);
    send({ kind: 'attempt', attempt: attempts });
    try {
      const result = await this.#perform(entry, signal, send);
      throwIfCancelled(signal);
      this.#end(entry, { state: 'done', result });
    } catch (thrown) {
      const error = factsOf(thrown);
      if (error.kind === 'cancelled' || signal.aborted) this.#end(entry, { state: running.endsAs });
      else {
        send({ kind: 'log', text: error.where === undefined ? error.what : `${error.what} (${error.where})` });
        this.#end(entry, { state: 'failed', error });
      }
    }
  }

  async #perform(entry: Entry, signal: AbortSignal, send: (event: Happening) => void): Promise<JobResult | null> {
    const kind = this.#kinds.get(entry.job.kind);
    if (kind === undefined) {
      throw new StockpotError({
        code: 'jobs/unknown-kind',
        what: `This Stockpot does not know the work "${entry.job.kind}"`,
        where: `job ${entry.job.id}`,
        remedy: 'Use the Stockpot that started it, or start the work anew.',
      });
    }
    const pace = new Pace();
    return kind.perform(entry.request, {
      signal,
      onProgress: (progress) => this.#advance(entry, progress, pace.secondsLeft(progress)),
      send,
      expect: (result) => this.#change(entry, { result }),
      expected: entry.job.result,
    });
  }

  #advance(entry: Entry, progress: Progress, secondsLeft: number | null): void {
    const isDue = performance.now() - entry.progressSavedAt > SAVE_MILLISECONDS;
    entry.job = { ...entry.job, progress, secondsLeft };
    if (isDue) {
      entry.progressSavedAt = performance.now();
      this.#repository.change(entry.job.id, { progress });
    }
    this.#announce(entry.job);
  }

  #record(entry: Entry, event: Happening): void {
    this.#repository.addEvent(entry.job.id, event);
    this.#announce(entry.job);
  }

  #end(entry: Entry, change: { readonly state: JobState } & Partial<Pick<Job, 'result' | 'error'>>): void {
    entry.running = undefined;
    this.#change(entry, { ...change, progress: entry.job.progress, finishedAt: now(), secondsLeft: null });
  }

  #change(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    const { secondsLeft: _, ...stored } = change;
    this.#repository.change(entry.job.id, stored);
    this.#announce(entry.job);
  }

  #announce(job: Job): void {
    this.#tell({ kind: 'job', job });
  }

  #tell(news: JobNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

function isOver(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

function wrongState(job: Job, code: 'jobs/ended' | 'jobs/not-resumable', what: string): StockpotError {
  return new StockpotError({ code, what: `${what}: the job is ${job.state}`, where: job.title });
}

function now(): string {
  return new Date().toISOString();
}
