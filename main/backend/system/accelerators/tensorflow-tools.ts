import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StockpotError } from '../../../errors.ts';
import { runCommand } from './run-command.ts';

/** What building the binding takes. */
export interface BuildTools {
  /** Program and leading arguments that run pip. */
  readonly pip: readonly [string, ...string[]];
  /** A C++17 compiler. */
  readonly compiler: string;
  /** Folder of node_api.h. */
  readonly nodeHeaders: string;
}

/** @throws StockpotError `accelerators/missing-tools`: all that is missing, and how to get it */
export async function findBuildTools(): Promise<BuildTools> {
  const pip = await findPip();
  const compiler = await firstThatRuns(['g++', 'clang++', 'c++']);
  const nodeHeaders = findNodeHeaders();
  const missing: string[] = [];
  if (pip === undefined) missing.push(`python3 with pip: ${packagesText('python3-pip', 'python3-pip', 'python-pip')}`);
  if (compiler === undefined) missing.push(`g++: ${packagesText('g++', 'gcc-c++', 'gcc')}`);
  if (nodeHeaders === undefined) missing.push("node_api.h (npm's node-api-headers): npm ci --include=dev");
  if (pip !== undefined && compiler !== undefined && nodeHeaders !== undefined) return { pip, compiler, nodeHeaders };
  throw new StockpotError({
    code: 'accelerators/missing-tools',
    kind: 'failure',
    what: 'Building the binding to TensorFlow takes programs that this machine lacks',
    details: missing,
    remedy:
      'Install them and run npm run accelerators again. Without them training uses WebAssembly, which needs nothing',
  });
}

async function findPip(): Promise<readonly [string, ...string[]] | undefined> {
  for (const python of ['python3', 'python']) {
    const { code } = await runCommand(python, ['-m', 'pip', '--version'], { timeoutSeconds: 60 });
    if (code === 0) return [python, '-m', 'pip'];
  }
  return undefined;
}

async function firstThatRuns(programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) {
    const { code } = await runCommand(program, ['--version'], { timeoutSeconds: 60 });
    if (code === 0) return program;
  }
  return undefined;
}

function findNodeHeaders(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const folder = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
    return existsSync(join(folder, 'node_api.h')) ? folder : undefined;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw thrown;
  }
}

function packagesText(debian: string, fedora: string, arch: string): string {
  return `sudo apt install ${debian} (Debian, Ubuntu), sudo dnf install ${fedora} (Fedora), sudo pacman -S ${arch} (Arch)`;
}
