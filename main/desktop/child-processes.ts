import { MessageChannelMain, type UtilityProcess, utilityProcess } from 'electron';
import type { BackendMessage } from '../backend/entries/host-protocol.ts';
import { entryOf } from './entries.ts';
import { lastLines } from './last-lines.ts';

type StartRequest = Extract<BackendMessage, { readonly type: 'start-child' }>;

/** The backend's children: this process starts them and joins each to the backend by a channel of its own. */
export class ChildProcesses {
  readonly #backend: UtilityProcess;
  readonly #children = new Map<number, UtilityProcess>();

  constructor(backend: UtilityProcess) {
    this.#backend = backend;
  }

  start({ id, entry, environment }: StartRequest): void {
    const { module, arguments: args } = entryOf(entry);
    const child = utilityProcess.fork(module, [...args], {
      serviceName: `Stockpot ${entry}`,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const errorOutput = lastLines(child.stderr);
    const channel = new MessageChannelMain();
    this.#children.set(id, child);
    child.once('spawn', () => {
      child.postMessage({ type: 'port' }, [channel.port1]);
      this.#backend.postMessage({ type: 'child-started', id, pid: child.pid }, [channel.port2]);
    });
    child.once('exit', (code) => {
      this.#children.delete(id);
      this.#backend.postMessage({ type: 'child-ended', id, code, errorOutput: errorOutput() });
    });
  }

  kill(id: number): void {
    this.#children.get(id)?.kill();
  }

  /** When the backend is gone, nobody needs them. */
  killAll(): void {
    for (const child of this.#children.values()) child.kill();
  }
}
