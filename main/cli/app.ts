import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { StockpotError } from '../errors.ts';
import { serve } from './serve.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = new URL('../../out/main/index.cjs', import.meta.url);

export function register(program: Command): void {
  program
    .command('app')
    .description('Open the desktop application; without Electron or a screen, the same in a browser')
    .argument('[files...]', 'checkpoints to open')
    .option('--dir <folder>', 'workspace folder')
    .action((files: readonly string[], flags: { readonly dir?: string }) => open(files, flags));
}

async function open(files: readonly string[], { dir }: { readonly dir?: string }): Promise<void> {
  if (!existsSync(BUILT)) await build();
  const obstacle = noScreen() ?? (await startElectron(files, dir));
  if (obstacle === undefined) return;
  console.log(`${obstacle}\nThe application opens in the browser instead.`);
  await serve({ open: true, ...(dir === undefined ? {} : { dir }) });
}

/** From a fresh clone: the application has to be built once. */
async function build(): Promise<void> {
  console.log('Building the application (once) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const code = await ended(
    spawn(npm, ['run', '--silent', 'build:app'], { cwd: ROOT, stdio: 'inherit', shell: npm !== 'npm' }),
  );
  if (code === 0) return;
  throw new StockpotError({
    code: 'app/build-failed',
    kind: 'failure',
    what: 'The application could not be built',
    remedy: 'Run "npm ci", then "npm run build"; its last lines say what is wrong.',
  });
}

function noScreen(): string | undefined {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return undefined;
  return 'There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set).';
}

/** Runs Electron until it is closed. Otherwise says why it cannot be started. */
async function startElectron(files: readonly string[], dir: string | undefined): Promise<string | undefined> {
  const binary = electronBinary();
  if (binary === undefined) {
    return 'Electron’s binary is not here and could not be downloaded (its site is out of reach, or no room is left).';
  }
  const environment = dir === undefined ? process.env : { ...process.env, STOCKPOT_WORKSPACE: dir };
  const code = await ended(spawn(binary, [ROOT, ...files], { stdio: 'inherit', env: environment }));
  return code === 0 ? undefined : `Electron ended with code ${code ?? 'none'}.`;
}

/** The npm package looks for its binary, and downloads it when it is not there. */
function electronBinary(): string | undefined {
  try {
    return createRequire(import.meta.url)('electron') as string;
  } catch (thrown) {
    // A failed download has been explained on the terminal; the caller falls back to the browser.
    if (thrown instanceof Error) return undefined;
    throw thrown;
  }
}

async function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  } catch (thrown) {
    // The process could not be started at all; that ends as any other failure does.
    if (thrown instanceof Error) return null;
    throw thrown;
  }
}
