import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { cancelled, StockpotError } from '../../errors.ts';
import type { Permutations } from '../permutations.ts';
import type { FamilyMatch } from './bundles.ts';
import type { MatchingAnswer, MatchingRequest, MatchingWorkerData } from './matching-worker.ts';
import type { MatchingProblem } from './problem.ts';
import { MatchingShare, type TensorProducts } from './share.ts';

/** What answers questions about a problem: this thread, or several others. */
export interface Matcher extends AsyncDisposable {
  /** The best permutations of a family, all others as they are. */
  match(family: number, permutations: Permutations): Promise<FamilyMatch>;
  /** Every tensor's inner products, the candidate permuted. */
  measure(permutations: Permutations): Promise<readonly TensorProducts[]>;
}

/** Below so many numbers a problem is solved sooner than threads have started. */
const SMALL = 2 ** 20;

/** @param threads how many threads compute; one of its own even where it is one, unless the problem is small */
export function openMatcher(problem: MatchingProblem, threads: number, signal: AbortSignal | undefined): Matcher {
  const numbers = problem.tensors.reduce((sum, { reference }) => sum + reference.length, 0);
  return numbers < SMALL ? new OwnThread(problem) : new OtherThreads(problem, threads, signal);
}

class OwnThread implements Matcher {
  readonly #share: MatchingShare;

  constructor(problem: MatchingProblem) {
    this.#share = new MatchingShare(problem, 0, 1);
  }

  async match(family: number, permutations: Permutations): Promise<FamilyMatch> {
    // Other work of this thread gets its turn.
    await setImmediate();
    this.#share.update(family, permutations);
    return this.#share.match(family, permutations);
  }

  measure(permutations: Permutations): Promise<readonly TensorProducts[]> {
    return Promise.resolve(this.#share.measure(permutations));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class OtherThreads implements Matcher {
  readonly #workers: readonly Worker[];
  readonly #signal: AbortSignal | undefined;

  constructor(problem: MatchingProblem, count: number, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#workers = Array.from({ length: count }, (_, index) => {
      const workerData: MatchingWorkerData = { problem, index, count };
      return new Worker(new URL('matching-worker.ts', import.meta.url), { workerData });
    });
  }

  async match(family: number, permutations: Permutations): Promise<FamilyMatch> {
    await this.#askAll({ type: 'update', family, permutations });
    const answer = await this.#ask(this.#workers[0]!, { type: 'match', family, permutations });
    if (answer.type !== 'matched') throw threadDied(undefined);
    return answer.match;
  }

  async measure(permutations: Permutations): Promise<readonly TensorProducts[]> {
    const answers = await this.#askAll({ type: 'measure', permutations });
    return answers.flatMap((answer) => (answer.type === 'measured' ? answer.products : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #askAll(request: MatchingRequest): Promise<readonly MatchingAnswer[]> {
    return Promise.all(this.#workers.map((worker) => this.#ask(worker, request)));
  }

  #ask(worker: Worker, request: MatchingRequest): Promise<MatchingAnswer> {
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      const end = (settle: () => void): void => {
        stop.abort();
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        settle();
      };
      const onMessage = (answer: MatchingAnswer): void =>
        end(() => (answer.type === 'failed' ? reject(new StockpotError(answer.error)) : resolve(answer)));
      const onError = (cause: unknown): void => end(() => reject(threadDied(cause)));
      const onExit = (): void => end(() => reject(threadDied(undefined)));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      this.#signal?.addEventListener('abort', () => end(() => reject(cancelled())), {
        once: true,
        signal: stop.signal,
      });
      worker.postMessage(request);
    });
  }
}

function threadDied(cause: unknown): StockpotError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new StockpotError({
    code: 'alignment/thread-died',
    kind: 'failure',
    what: `A thread ended before channels were matched${reason}`,
    remedy: 'Try again with fewer threads (--threads 1).',
    cause,
  });
}
