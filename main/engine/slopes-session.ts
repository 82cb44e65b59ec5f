import { cancelled, StockpotError } from '../errors.ts';
import { crashError } from './crash.ts';
import type { ChildProcessHandle } from './process-host.ts';
import type {
  EngineMessage,
  EngineRequest,
  SlopesAnswer,
  SlopesFacts,
  SlopesQuestion,
  SlopesTask,
} from './protocol.ts';

/** The only task of its process. */
const ID = 1;

/** What is awaited: that the task is ready, an answer, or the end. */
interface Awaited {
  readonly resolve: (value: SlopesFacts | SlopesAnswer | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A process of its own that answers questions about mixtures, one at a time. Whatever ends it (an abort, a crash, an error in the task)
 * is what every question that is still open fails with, and every later one.
 */
export class SlopesSession {
  readonly #child: ChildProcessHandle;
  readonly #awaited: Awaited[] = [];
  readonly #gone: Promise<void>;
  #failure: Error | undefined;
  #ended = false;

  private constructor(child: ChildProcessHandle, signal: AbortSignal | undefined) {
    this.#child = child;
    const onAbort = (): void => this.kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    child.onMessage((message) => this.#receive(message as EngineMessage));
    this.#gone = new Promise((resolve) => {
      child.onExit((code, ended) => {
        signal?.removeEventListener('abort', onAbort);
        if (!this.#ended) this.#fail(crashError(code, ended, child.errorOutput(), true));
        // Told when the process is gone, so that whoever waited finds files and devices free.
        this.#rejectAll();
        resolve();
      });
    });
  }

  /**
   * Gives a process that has just been started its task. `opened` is rejected with what the task throws, `engine/crashed` when the process
   * dies, `job/cancelled` after an abort.
   */
  static start(
    child: ChildProcessHandle,
    task: SlopesTask,
    signal?: AbortSignal,
  ): { readonly session: SlopesSession; readonly opened: Promise<SlopesFacts> } {
    const session = new SlopesSession(child, signal);
    return { session, opened: session.#send<SlopesFacts>({ type: 'run', id: ID, task }) };
  }

  /** @throws StockpotError as `start` */
  ask<Want extends SlopesQuestion['want']>(
    question: SlopesQuestion & { readonly want: Want },
  ): Promise<Extract<SlopesAnswer, { readonly want: Want }>> {
    return this.#send({ type: 'ask', id: ID, question });
  }

  /** Resolved when the process has ended. */
  async close(): Promise<void> {
    if (this.#failure === undefined) await this.#send<undefined>({ type: 'end', id: ID });
    this.#ended = true;
    this.#child.kill();
    await this.#gone;
  }

  /** Ends the process at once; what is open is rejected as cancelled. */
  kill(): void {
    this.#fail(cancelled());
    this.#child.kill();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get gone(): Promise<void> {
    return this.#gone;
  }

  #send<Answer>(request: EngineRequest): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#awaited.push({ resolve: (value) => resolve(value as Answer), reject });
    // A failed session has told so already, or tells when its process is gone.
    if (this.#failure === undefined) this.#child.post(request);
    else void this.#gone.then(() => this.#rejectAll());
    return promise;
  }

  #receive(message: EngineMessage): void {
    switch (message.type) {
      case 'opened':
        this.#awaited.shift()?.resolve(message.facts);
        return;
      case 'answer':
        this.#awaited.shift()?.resolve(message.answer);
        return;
      case 'done':
        this.#awaited.shift()?.resolve(undefined);
        return;
      case 'failed':
        this.#fail(new StockpotError(message.error));
        this.#child.kill();
        return;
      default:
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }

  #rejectAll(): void {
    for (const { reject } of this.#awaited.splice(0)) reject(this.#failure ?? cancelled());
  }
}
