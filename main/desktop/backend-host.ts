import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron';
import { type BackendState, CHANNELS } from '../../preload/desktop-bridge.ts';
import type { BackendMessage, HostMessage } from '../backend/entries/host-protocol.ts';
import { assertNever } from '../errors.ts';
import { ChildProcesses } from './child-processes.ts';
import { entryOf } from './entries.ts';
import { lastLines } from './last-lines.ts';
import { RestartPolicy } from './restart-policy.ts';

export interface BackendHostOptions {
  readonly workspaceFolder: string;
  readonly onState: (state: BackendState) => void;
}

interface Running {
  readonly process: UtilityProcess;
  readonly children: ChildProcesses;
  readonly errorOutput: () => readonly string[];
}

/** Runs the backend in a utilityProcess, hands pages their ports to it, and starts it again when it dies. */
export class BackendHost {
  readonly #options: BackendHostOptions;
  readonly #policy = new RestartPolicy();
  #running: Running | undefined;
  #restart: NodeJS.Timeout | undefined;
  #closing = false;
  #state: BackendState = { state: 'starting' };

  constructor(options: BackendHostOptions) {
    this.#options = options;
  }

  get state(): BackendState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  start(): void {
    this.#enter({ state: 'starting' });
    const { module, arguments: args } = entryOf('backend');
    const child = utilityProcess.fork(module, [...args], {
      serviceName: 'Stockpot backend',
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    const running = { process: child, children: new ChildProcesses(child), errorOutput: lastLines(child.stderr) };
    this.#running = running;
    child.on('message', (message: BackendMessage) => this.#receive(message, running));
    child.once('exit', (code) => this.#ended(running, code));
    this.#send({ type: 'open', workspaceFolder: this.#options.workspaceFolder, hostVersions: hostVersions() });
  }

  /** Joins a page to the backend. A page that asks while there is none asks again when it hears that it is ready. */
  connect(page: WebContents): void {
    page.send(CHANNELS.backendState, this.#state);
    if (this.#running === undefined || this.#state.state !== 'ready') return;
    const channel = new MessageChannelMain();
    this.#running.process.postMessage({ type: 'page' } satisfies HostMessage, [channel.port1]);
    page.postMessage(CHANNELS.port, null, [channel.port2]);
  }

  /** Lets the backend finish what it must, then ends it. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restart);
    const running = this.#running;
    if (running === undefined) return;
    const ended = new Promise<void>((resolve) => running.process.once('exit', () => resolve()));
    this.#send({ type: 'close' });
    const impatience = setTimeout(() => running.process.kill(), 5000);
    await ended;
    clearTimeout(impatience);
  }

  #send(message: HostMessage): void {
    this.#running?.process.postMessage(message);
  }

  #receive(message: BackendMessage, { children, process }: Running): void {
    switch (message.type) {
      case 'ready':
        this.#enter({ state: 'ready' });
        break;
      case 'failed':
        // A workspace that cannot be opened now cannot be opened a second later either.
        this.#enter({ state: 'failed', error: message.error });
        this.#running = undefined;
        process.kill();
        break;
      case 'start-child':
        children.start(message);
        break;
      case 'kill-child':
        children.kill(message.id);
        break;
      default:
        assertNever(message);
    }
  }

  #ended({ children, errorOutput, process }: Running, code: number): void {
    children.killAll();
    if (this.#closing || this.#running?.process !== process) return;
    this.#running = undefined;
    const seconds = this.#policy.afterEnd(Date.now());
    const explanation = `The service ended unexpectedly (code ${code}). Jobs that were running can be resumed.`;
    if (seconds === undefined) {
      this.#enter({
        state: 'failed',
        error: {
          code: 'desktop/backend-keeps-ending',
          kind: 'failure',
          what: 'The service ended several times in a short while and is not started again',
          details: errorOutput(),
          remedy:
            'Close the application and open it again; if that does not help, "stockpot doctor" says what is wrong.',
        },
      });
      return;
    }
    this.#enter({ state: 'restarting', seconds, explanation });
    this.#restart = setTimeout(() => this.start(), seconds * 1000);
  }

  #enter(state: BackendState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

function hostVersions() {
  return [
    { name: 'Electron', version: process.versions.electron! },
    { name: 'Chromium', version: process.versions.chrome! },
  ];
}
