import { availableParallelism } from 'node:os';
import { cancelled, StockpotError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { crashError } from './crash.ts';
import type { ChildProcessHandle, ProcessHost } from './process-host.ts';
import type { EngineMessage, EngineRequest, EpochReport, ResultOf, SlopesFacts, SlopesTask, Task } from './protocol.ts';
import { SlopesSession } from './slopes-session.ts';

export interface PoolSize {
  /** Engines that work at once. */
  readonly size: number;
  /** Threads that a runtime may use inside one engine. */
  readonly threadsPerEngine: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly onEpoch?: (epoch: EpochReport) => void;
}

interface Job {
  readonly id: number;
  readonly task: Task;
  readonly options: RunOptions;
  readonly resolve: (result: ResultOf<Task>) => void;
  readonly reject: (error: Error) => void;
  /** The engine has begun with it. */
  started: boolean;
  settled: boolean;
}

/** One place of the pool: at most one process, at most one job. */
interface Slot {
  process: ChildProcessHandle | undefined;
  job: Job | undefined;
}

/**
 * One engine per core up to eight, each with its share of the threads. Small networks gain far more from engines that work
 * side by side than from threads inside one.
 */
export function defaultPoolSize(cores: number = availableParallelism()): PoolSize {
  const size = Math.max(1, Math.min(8, cores));
  return { size, threadsPerEngine: Math.max(1, Math.floor(cores / size)) };
}

/**
 * Engine processes that share a queue of tasks. A process is started when there is work for it and kept for the next task;
 * one that crashes takes only its own job with it and is replaced when the next job needs it.
 */
export class EnginePool {
  readonly size: number;
  readonly #host: ProcessHost;
  readonly #environment: Readonly<Record<string, string>>;
  /** Of a process that works while the others wait for what comes of it. */
  readonly #environmentAlone: Readonly<Record<string, string>>;
  readonly #slots: readonly Slot[];
  readonly #queue: Job[] = [];
  readonly #exits = new Set<Promise<void>>();
  readonly #sessions = new Set<SlopesSession>();
  #nextId = 1;
  #disposed = false;

  constructor(host: ProcessHost, { size, threadsPerEngine }: PoolSize = defaultPoolSize()) {
    this.#host = host;
    this.size = size;
    this.#environment = threadEnvironment(threadsPerEngine);
    this.#environmentAlone = threadEnvironment(size * threadsPerEngine);
    this.#slots = Array.from({ length: size }, () => ({ process: undefined, job: undefined }));
  }

  /**
   * Runs a task on the first engine that is free. Aborting ends the engine's process, which frees its device at once.
   * @throws StockpotError what the task throws; `engine/crashed` when its process dies; `job/cancelled` after an abort
   */
  run<T extends Exclude<Task, SlopesTask>>(task: T, options: RunOptions = {}): Promise<ResultOf<T>> {
    if (this.#disposed) return Promise.reject(disposedError());
    if (options.signal?.aborted) return Promise.reject(cancelled());
    const { promise, resolve, reject } = Promise.withResolvers<ResultOf<T>>();
    const job: Job = {
      id: this.#nextId++,
      task,
      options,
      // The engine answers a task of one kind with a result of the same kind.
      resolve: (result) => resolve(result as ResultOf<T>),
      reject,
      started: false,
      settled: false,
    };
    const onAbort = (): void => this.#cancel(job);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(job);
    this.#assign();
    return promise.finally(() => options.signal?.removeEventListener('abort', onAbort));
  }

  /**
   * Opens a task that answers questions, in a process of its own beside the pool's engines: whoever asks may want something of those
   * in between. The caller closes it.
   * @throws StockpotError as `SlopesSession.start`; `engine/pool-closed`
   */
  async openSlopes(
    task: SlopesTask,
    signal?: AbortSignal,
  ): Promise<{ readonly session: SlopesSession; readonly facts: SlopesFacts }> {
    if (this.#disposed) throw disposedError();
    if (signal?.aborted) throw cancelled();
    const child = this.#host.start('engine', this.#environmentAlone);
    const { session, opened } = SlopesSession.start(child, task, signal);
    this.#sessions.add(session);
    void session.gone.then(() => this.#sessions.delete(session));
    return { session, facts: await opened };
  }

  /** Process ids of the engines that are running, with what they do: for `doctor` and for whoever watches the machine. */
  processes(): readonly { readonly pid: number; readonly task: Task['kind'] | undefined }[] {
    const shared = this.#slots.flatMap(({ process, job }) =>
      process?.pid === undefined ? [] : [{ pid: process.pid, task: job?.task.kind }],
    );
    const own = [...this.#sessions].flatMap(({ pid }) => (pid === undefined ? [] : [{ pid, task: 'slopes' as const }]));
    return [...shared, ...own];
  }

  /** Ends every engine and waits until the processes are gone; jobs that were queued or running are rejected as cancelled. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const job of this.#queue.splice(0)) settle(job, () => job.reject(cancelled()));
    for (const slot of this.#slots) {
      const { job } = slot;
      if (job !== undefined) settle(job, () => job.reject(cancelled()));
      slot.process?.kill();
    }
    for (const session of this.#sessions) session.kill();
    await Promise.all([...this.#exits, ...[...this.#sessions].map(({ gone }) => gone)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #assign(): void {
    for (const slot of this.#slots) {
      if (slot.job !== undefined) continue;
      const job = this.#queue.shift();
      if (job === undefined) return;
      slot.job = job;
      slot.process ??= this.#start(slot);
      slot.process.post({ type: 'run', id: job.id, task: job.task } satisfies EngineRequest);
    }
  }

  #start(slot: Slot): ChildProcessHandle {
    const child = this.#host.start('engine', this.#environment);
    let served = 0;
    child.onMessage((message) => {
      const received = message as EngineMessage;
      if (received.type === 'started') served += 1;
      if (received.type !== 'ready') this.#receive(slot, received);
    });
    const exit = new Promise<void>((resolve) => {
      child.onExit((code, signal) => {
        slot.process = undefined;
        const { job } = slot;
        slot.job = undefined;
        // A process that had died while idle never began with the job; a new one may.
        if (job !== undefined && !job.started && !job.settled && served > 0) this.#queue.unshift(job);
        else if (job !== undefined) {
          settle(job, () => job.reject(crashError(code, signal, child.errorOutput(), job.started)));
        }
        resolve();
        this.#exits.delete(exit);
        if (!this.#disposed) this.#assign();
      });
    });
    this.#exits.add(exit);
    return child;
  }

  #receive(slot: Slot, message: Exclude<EngineMessage, { type: 'ready' }>): void {
    const { job } = slot;
    if (job === undefined || job.id !== message.id || job.settled) return;
    switch (message.type) {
      case 'started':
        job.started = true;
        return;
      case 'progress':
        job.options.onProgress?.(message.progress);
        return;
      case 'epoch':
        job.options.onEpoch?.(message.epoch);
        return;
      case 'done':
        settle(job, () => job.resolve(message.result));
        break;
      case 'failed':
        settle(job, () => job.reject(new StockpotError(message.error)));
        break;
    }
    slot.job = undefined;
    this.#assign();
  }

  #cancel(job: Job): void {
    if (job.settled) return;
    const queued = this.#queue.indexOf(job);
    if (queued >= 0) {
      this.#queue.splice(queued, 1);
      settle(job, () => job.reject(cancelled()));
      return;
    }
    // The job is settled when its process is gone, so that whoever waited finds files and devices free.
    const slot = this.#slots.find((candidate) => candidate.job === job);
    const child = slot?.process;
    if (child === undefined) return;
    job.settled = true;
    child.onExit(() => job.reject(cancelled()));
    child.kill();
  }
}

function settle(job: Job, act: () => void): void {
  if (job.settled) return;
  job.settled = true;
  act();
}

function disposedError(): StockpotError {
  return new StockpotError({ code: 'engine/pool-closed', kind: 'failure', what: 'The engines have been shut down' });
}

/** The runtimes' native libraries read their thread counts from the environment, before anything of them is loaded. */
function threadEnvironment(threads: number): Readonly<Record<string, string>> {
  const count = String(threads);
  return {
    STOCKPOT_THREADS: count,
    OMP_NUM_THREADS: count,
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}
