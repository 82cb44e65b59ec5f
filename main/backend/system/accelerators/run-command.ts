import { spawn } from 'node:child_process';
import { cancelled } from '../../../errors.ts';

export interface CommandOutcome {
  /** Null when it could not be started or was ended by a signal. */
  readonly code: number | null;
  /** The end of what it wrote, to either stream. */
  readonly output: string;
  /** The program does not exist. */
  readonly missing: boolean;
  readonly timedOut: boolean;
}

export interface CommandOptions {
  readonly timeoutSeconds: number;
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const KEPT_CHARACTERS = 8000;

/** Runs a program without a shell and waits for it. @throws StockpotError `job/cancelled` */
export async function runCommand(
  program: string,
  args: readonly string[],
  { timeoutSeconds, folder, environment, signal }: CommandOptions,
): Promise<CommandOutcome> {
  const { promise, resolve } = Promise.withResolvers<Omit<CommandOutcome, 'output' | 'timedOut'>>();
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT_CHARACTERS);
    });
  }
  child.on('error', (error: NodeJS.ErrnoException) => {
    if (child.pid === undefined) resolve({ code: null, missing: error.code === 'ENOENT' });
  });
  child.on('close', (code) => resolve({ code, missing: false }));
  const ended = await promise;
  if (signal?.aborted) throw cancelled();
  return { ...ended, output: output.trim(), timedOut: timeout.aborted };
}

/** The last lines of what a program wrote, for an error message. */
export function lastLines(output: string, count = 5): readonly string[] {
  return output.split('\n').slice(-count);
}
