import { RPCHandler } from '@orpc/server/message-port';
import type { Router } from './router.ts';

/** A port as Electron's utilityProcess and node:worker_threads have it. */
export interface ServedPort {
  on(event: string, listener: (event?: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
  start(): void;
}

/** Answers the calls that arrive on `port`, until it is closed. */
export function serveMessagePort(router: Router, port: ServedPort): void {
  new RPCHandler(router).upgrade(port);
  port.start();
}
