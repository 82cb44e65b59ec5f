import type { ServedPort } from '../api/message-port.ts';

/** A MessagePort inside a utilityProcess. */
export interface UtilityPort extends ServedPort {
  close(): void;
}

/** `process.parentPort` of Electron's utilityProcess, in so far as it is used here. */
export interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly UtilityPort[] }) => void,
  ): void;
  postMessage(message: unknown): void;
}

/** The port to Electron's main process; there is one in a utilityProcess only. */
export function parentPort(): ParentPort {
  const { parentPort: port } = process as { readonly parentPort?: ParentPort };
  if (port === undefined) throw new Error('This entry runs in an Electron utilityProcess only');
  return port;
}
