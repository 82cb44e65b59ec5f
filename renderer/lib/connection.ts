import type { ClientLink } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import type { ApiErrorFacts } from '../../preload/contract/base.ts';
import { type BackendState, type DesktopBridge, PORT_MESSAGE } from '../../preload/desktop-bridge.ts';

declare global {
  interface Window {
    readonly stockpotDesktop?: DesktopBridge;
  }
}

type Link = ClientLink<Record<never, never>>;

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Gone for now; it comes back by itself if it can. */
  | { readonly kind: 'lost'; readonly explanation: string }
  | { readonly kind: 'failed'; readonly error: ApiErrorFacts };

function deferredLink(): { readonly promise: Promise<Link>; readonly resolve: (link: Link) => void } {
  let resolve: (link: Link) => void = () => {};
  const promise = new Promise<Link>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** The way to the service, whichever it is: callers get the present link, or wait for the next one. */
export class Connection {
  #state: ConnectionState = { kind: 'connecting' };
  #link = deferredLink();
  readonly #listeners = new Set<() => void>();

  get state(): ConnectionState {
    return this.#state;
  }

  link(): Promise<Link> {
    return this.#link.promise;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  opened(link: Link): void {
    if (this.#state.kind === 'open') this.#link = deferredLink();
    this.#link.resolve(link);
    this.#enter({ kind: 'open' });
  }

  closed(state: Exclude<ConnectionState, { readonly kind: 'open' }>): void {
    if (this.#state.kind === 'open') this.#link = deferredLink();
    this.#enter(state);
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Connects to the service: by the desktop shell's port where there is a shell, else by a WebSocket to where the page came from. */
export function connect(): Connection {
  const connection = new Connection();
  if (window.stockpotDesktop !== undefined) connectByPort(connection, window.stockpotDesktop);
  else connectBySocket(connection, 0);
  return connection;
}

function connectByPort(connection: Connection, desktop: DesktopBridge): void {
  window.addEventListener('message', (event: MessageEvent<{ readonly type?: unknown } | null>) => {
    const [port] = event.ports;
    if (event.source !== window || event.data?.type !== PORT_MESSAGE || port === undefined) return;
    connection.opened(new MessagePortLink({ port }));
    port.start();
  });
  desktop.onBackendState((state) => {
    const next = connectionStateOf(state);
    if (next.kind !== 'open') connection.closed(next);
    else if (connection.state.kind !== 'open') desktop.connect();
  });
  desktop.connect();
}

function connectionStateOf(backend: BackendState): ConnectionState {
  switch (backend.state) {
    case 'starting':
      return { kind: 'connecting' };
    case 'ready':
      return { kind: 'open' };
    case 'restarting':
      return { kind: 'lost', explanation: `${backend.explanation} It is started again in ${backend.seconds} s.` };
    case 'failed':
      return { kind: 'failed', error: backend.error };
  }
}

const LONGEST_WAIT_MILLISECONDS = 8000;

function connectBySocket(connection: Connection, failures: number): void {
  const address = new URL('/api', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  let opened = false;
  socket.addEventListener('open', () => {
    opened = true;
    connection.opened(new WebSocketLink({ websocket: socket }));
  });
  socket.addEventListener('close', () => {
    const failed = opened ? 0 : failures + 1;
    connection.closed({
      kind: 'lost',
      explanation:
        'The connection to Stockpot is lost. If it was stopped, start "stockpot serve" again and open the link that it prints.',
    });
    setTimeout(() => connectBySocket(connection, failed), Math.min(250 * 2 ** failed, LONGEST_WAIT_MILLISECONDS));
  });
}
