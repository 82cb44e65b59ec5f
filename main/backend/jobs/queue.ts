import { type ErrorFacts, factsOf, StockpotError, throwIfCancelled } from '../../errors.ts';
import type { OnProgress, Progress } from '../../progress.ts';

type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  readonly id: number;
  /** What is done, for machines: `cook`, `export`. */
  readonly kind: string;
  /** The same for people: `Cook greedy soup of 5 ingredients`. */
  readonly title: string;
  readonly projectId: number | null;
  readonly state: JobState;
  readonly progress: Progress | null;
  readonly error: ErrorFacts | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface JobRequest {
  readonly kind: string;
  readonly title: string;
  readonly projectId?: number;
  readonly work: (signal: AbortSignal, onProgress: OnProgress) => Promise<void>;
}

interface Entry {
  job: Job;
  readonly request: JobRequest;
  readonly controller: AbortController;
}

type Listener = (job: Job) => void;

/** Long work that people watch, one after another (or `concurrency` at once), oldest first. */
export class JobQueue {
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<Listener>();
  readonly #running = new Set<Promise<void>>();
  readonly #concurrency: number;
  #lastId = 0;
  #closed = false;

  constructor(concurrency = 1) {
    this.#concurrency = concurrency;
  }

  start(request: JobRequest): Job {
    const id = ++this.#lastId;
    const job: Job = {
      id,
      kind: request.kind,
      title: request.title,
      projectId: request.projectId ?? null,
      state: 'queued',
      progress: null,
      error: null,
      createdAt: now(),
      startedAt: null,
      finishedAt: null,
    };
    this.#entries.set(id, { job, request, controller: new AbortController() });
    this.#announce(job);
    this.#next();
    return this.get(id);
  }

  /** Oldest first. */
  list(): readonly Job[] {
    return [...this.#entries.values()].map((entry) => entry.job);
  }

  /** @throws StockpotError `jobs/unknown` */
  get(id: number): Job {
    return this.#entry(id).job;
  }

  /** Asks for the end of a job; one that has ended stays as it is. @throws StockpotError `jobs/unknown` */
  cancel(id: number): Job {
    const entry = this.#entry(id);
    entry.controller.abort();
    if (entry.job.state === 'queued') this.#change(entry, { state: 'cancelled', finishedAt: now() });
    return entry.job;
  }

  /** Takes jobs that have ended off the list; returns how many there were. */
  clear(): number {
    const ended = this.list().filter((job) => job.finishedAt !== null);
    for (const { id } of ended) this.#entries.delete(id);
    return ended.length;
  }

  /** Calls `listener` with a job whenever it changes; returns how to stop that. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen at present. */
  get watcherCount(): number {
    return this.#listeners.size;
  }

  /** Cancels everything and waits until the running jobs have let go. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { id } of this.list()) this.cancel(id);
    await Promise.all(this.#running);
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new StockpotError({ code: 'jobs/unknown', what: 'There is no such job', where: `job ${id}` });
  }

  #next(): void {
    while (!this.#closed && this.#running.size < this.#concurrency) {
      const entry = [...this.#entries.values()].find((candidate) => candidate.job.state === 'queued');
      if (entry === undefined) return;
      const running = this.#run(entry).finally(() => {
        this.#running.delete(running);
        this.#next();
      });
      this.#running.add(running);
    }
  }

  async #run(entry: Entry): Promise<void> {
    const { signal } = entry.controller;
    this.#change(entry, { state: 'running', startedAt: now() });
    try {
      await entry.request.work(signal, (progress) => this.#change(entry, { progress }));
      throwIfCancelled(signal);
      this.#change(entry, { state: 'done', finishedAt: now() });
    } catch (thrown) {
      const error = factsOf(thrown);
      const state = error.kind === 'cancelled' ? 'cancelled' : 'failed';
      this.#change(entry, { state, error: state === 'failed' ? error : null, finishedAt: now() });
    }
  }

  #change(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    this.#announce(entry.job);
  }

  #announce(job: Job): void {
    for (const listener of this.#listeners) listener(job);
  }
}

function now(): string {
  return new Date().toISOString();
}
