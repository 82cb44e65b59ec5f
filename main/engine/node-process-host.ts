import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildProcessHandle, ProcessHost } from './process-host.ts';

const ENTRIES = { engine: new URL('./entry.ts', import.meta.url) } as const;

/** Standard error is kept to explain a crash; this much of its end is enough for that. */
const KEPT_ERROR_CHARACTERS = 8192;
const KEPT_ERROR_LINES = 12;

/** Starts children with the Node that runs this process, as the command line, the browser host and the tests do. */
export function createNodeProcessHost(): ProcessHost {
  return {
    start(entry, environment = {}) {
      const child = fork(fileURLToPath(ENTRIES[entry]), [], {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, ...environment },
        // The parent's own flags (an inspector port, a test runner's loader) are not the child's.
        execArgv: ['--disable-warning=ExperimentalWarning'],
      });
      return handleOf(child);
    },
  };
}

function handleOf(child: ChildProcess): ChildProcessHandle {
  let errorText = '';
  let ended = false;
  const exitListeners: ((code: number | null, signal: string | null) => void)[] = [];
  const end = (code: number | null, signal: string | null): void => {
    if (ended) return;
    ended = true;
    for (const listener of exitListeners) listener(code, signal);
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-KEPT_ERROR_CHARACTERS);
  });
  child.on('error', (error) => {
    errorText += `${error.message}\n`;
    // A process that never started has no `close` event to wait for.
    if (child.pid === undefined) end(null, null);
  });
  // `close` rather than `exit`: only then has all of the standard error arrived.
  child.on('close', end);
  return {
    post(message) {
      // Posting to a process that has just died is not an error of its own: `onExit` reports the death.
      if (child.connected) child.send(message as Parameters<ChildProcess['send']>[0], () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void exitListeners.push(listener),
    kill: () => void child.kill('SIGKILL'),
    errorOutput: () =>
      errorText
        .split('\n')
        .map((line) => line.trimEnd())
        .filter((line) => line !== '')
        .slice(-KEPT_ERROR_LINES),
    get pid() {
      return child.pid;
    },
  };
}
