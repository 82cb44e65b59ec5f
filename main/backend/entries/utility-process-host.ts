import type { ChildProcessHandle, ProcessHost } from '../../engine/process-host.ts';
import type { BackendMessage, HostMessage } from './host-protocol.ts';
import type { UtilityPort } from './parent-port.ts';

type ChildMessage = Extract<HostMessage, { readonly type: 'child-started' | 'child-ended' }>;

interface Child {
  port: UtilityPort | undefined;
  pid: number | undefined;
  errorOutput: readonly string[];
  /** Messages posted before the port was there. */
  readonly waiting: unknown[];
  readonly messageListeners: ((message: unknown) => void)[];
  readonly exitListeners: ((code: number | null, signal: string | null) => void)[];
}

/** Children that Electron's main process starts on request: the backend's own process must not fork any. */
export class UtilityProcessHost implements ProcessHost {
  readonly #send: (message: BackendMessage) => void;
  readonly #children = new Map<number, Child>();
  #lastId = 0;

  constructor(send: (message: BackendMessage) => void) {
    this.#send = send;
  }

  start(entry: 'engine', environment: Readonly<Record<string, string>> = {}): ChildProcessHandle {
    const id = ++this.#lastId;
    const child: Child = {
      port: undefined,
      pid: undefined,
      errorOutput: [],
      waiting: [],
      messageListeners: [],
      exitListeners: [],
    };
    this.#children.set(id, child);
    this.#send({ type: 'start-child', id, entry, environment });
    return {
      post: (message) =>
        child.port === undefined ? void child.waiting.push(message) : child.port.postMessage(message),
      onMessage: (listener) => void child.messageListeners.push(listener),
      onExit: (listener) => void child.exitListeners.push(listener),
      kill: () => this.#send({ type: 'kill-child', id }),
      errorOutput: () => child.errorOutput,
      get pid() {
        return child.pid;
      },
    };
  }

  /** To be called with every message about children that arrives from Electron's main process. */
  receive(message: ChildMessage, ports: readonly UtilityPort[]): void {
    const child = this.#children.get(message.id);
    if (child === undefined) return;
    if (message.type === 'child-started') {
      child.pid = message.pid;
      this.#join(child, ports[0]!);
      return;
    }
    this.#children.delete(message.id);
    child.errorOutput = message.errorOutput;
    child.port?.close();
    for (const listener of child.exitListeners) listener(message.code, null);
  }

  #join(child: Child, port: UtilityPort): void {
    child.port = port;
    port.on('message', (event) => {
      for (const listener of child.messageListeners) listener(event?.data);
    });
    port.start();
    for (const message of child.waiting.splice(0)) port.postMessage(message);
  }
}
