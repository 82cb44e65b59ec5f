import { type EnginePort, serveEngine } from './engine.ts';
import type { EngineRequest } from './protocol.ts';

interface UtilityPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: unknown): void;
  start(): void;
}

interface UtilityProcess {
  readonly parentPort: {
    once(event: 'message', listener: (event: { readonly ports: readonly UtilityPort[] }) => void): void;
  };
}

/** The engine inside Electron's utilityProcess: the first message carries the port to the backend. */
(process as unknown as UtilityProcess).parentPort.once('message', ({ ports }) => {
  const port = ports[0]!;
  // Nobody is left to work for, however the backend ended.
  port.on('close', () => process.exit());
  serveEngine({
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as EngineRequest)),
  } satisfies EnginePort);
  port.start();
});
