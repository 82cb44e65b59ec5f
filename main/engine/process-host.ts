/** A child process that talks in messages of plain data (structured clone; typed arrays allowed). */
export interface ChildProcessHandle {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however the process ended. `code` is null when a signal ended it, or when it could not be started. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
  /** Ends the process at once. */
  kill(): void;
  /** The last lines that the process, native libraries included, wrote to its standard error; complete once it has ended. */
  errorOutput(): readonly string[];
  readonly pid: number | undefined;
}

/**
 * Who starts child processes. In plain Node the backend forks them; in the desktop application Electron's main process
 * does it on the backend's request (`utilityProcess.fork`), because nothing can be forked once the `runAsNode` fuse is off.
 */
export interface ProcessHost {
  start(entry: 'engine', environment?: Readonly<Record<string, string>>): ChildProcessHandle;
}
