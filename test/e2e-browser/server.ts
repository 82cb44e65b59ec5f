import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const STOCKPOT = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));

/** A running `stockpot serve`. */
export interface Server {
  /** Opens the application once. */
  readonly link: string;
  readonly process: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** @param port that of an earlier server whose pages are to find this one; any other by default */
export async function startServer(workspace: string, port = 0): Promise<Server> {
  const child = spawn(
    process.execPath,
    [STOCKPOT, 'serve', '--dir', workspace, '--port', String(port), '--no-open', '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { link } = JSON.parse(line) as { link: string };
  return {
    link,
    process: child,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

export async function cookByCommandLine(recipe: string, workspace: string): Promise<void> {
  await runStockpot(['cook', recipe, '--dir', workspace, '--json']);
}

/** @throws Error when the command does not end well */
export async function runStockpot(parameters: readonly string[]): Promise<void> {
  const command = spawn(process.execPath, [STOCKPOT, ...parameters], { stdio: 'ignore' });
  const [code] = (await once(command, 'exit')) as [number];
  if (code !== 0) throw new Error(`stockpot ${parameters[0]} ended with code ${code}`);
}
