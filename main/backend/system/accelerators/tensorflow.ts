import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { StockpotError } from '../../../errors.ts';
import { tensorflowBinding, tensorflowPackage } from '../../../runtimes/tfjs/tensorflow/load.ts';
import { lastLines, runCommand } from './run-command.ts';
import type { StepOptions, StepOutcome } from './step.ts';
import { type BuildTools, findBuildTools } from './tensorflow-tools.ts';
import { downloadWheel, TENSORFLOW_VERSION, unpackWheel } from './tensorflow-wheel.ts';

/** Where tfjs-node-gpu's own install script downloads from; it reads the same variables. */
const STORAGE = process.env.TFJS_NODE_CDN_STORAGE ?? process.env.CDN_STORAGE ?? 'https://storage.googleapis.com/';

const REACH_SECONDS = 10;
const OWN_DOWNLOAD_SECONDS = 15 * 60;
const COMPILE_SECONDS = 10 * 60;

/** N-API version 8: one binary for Node 16 and all later ones. */
const BINDING_FOLDER = 'napi-v8';

/** Makes native TensorFlow available to tfjs-node-gpu, in place in node_modules. Does nothing when it is. */
export async function installTensorflow(options: StepOptions): Promise<StepOutcome> {
  if (tensorflowBinding() !== undefined) return { kind: 'present', what: 'native TensorFlow' };
  if (await installByOwnScript(options)) return { kind: 'installed', what: 'native TensorFlow (its own download)' };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      kind: 'failed',
      what: `libtensorflow cannot be downloaded from ${STORAGE}`,
      details: [],
      remedy: `Check the network. Only on linux-x64 is there another source; training uses WebAssembly meanwhile`,
    };
  }
  try {
    await installFromWheel(await findBuildTools(), options);
  } catch (thrown) {
    if (!(thrown instanceof StockpotError) || thrown.kind === 'cancelled') throw thrown;
    return { kind: 'failed', what: thrown.what, details: thrown.details, remedy: thrown.remedy ?? '' };
  }
  const wheel = options.nvidia ? 'tensorflow' : 'tensorflow-cpu';
  return { kind: 'installed', what: `native TensorFlow ${TENSORFLOW_VERSION} (PyPI's ${wheel})` };
}

/** tfjs-node-gpu's install script; it has no time limit of its own and hangs or crashes where its source is out of reach. */
async function installByOwnScript({ nvidia, onProgress, signal }: StepOptions): Promise<boolean> {
  if (!(await isReachable(STORAGE))) return false;
  onProgress({ stage: 'Downloading libtensorflow', done: 0, total: 1, unit: 'packages' });
  const folder = tensorflowPackage();
  const programs = join(dirname(dirname(folder)), '.bin');
  await runCommand(process.execPath, ['scripts/install.js', nvidia ? 'gpu' : 'cpu', 'download'], {
    folder,
    timeoutSeconds: OWN_DOWNLOAD_SECONDS,
    environment: { PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` },
    signal,
  });
  return tensorflowBinding() !== undefined;
}

async function isReachable(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACH_SECONDS * 1000) });
    return true;
  } catch {
    // Whatever the reason is, the other source is tried next.
    return false;
  }
}

/** Takes libtensorflow and its headers out of TensorFlow's Python wheel and compiles the binding against them. */
async function installFromWheel(tools: BuildTools, { nvidia, onProgress, signal }: StepOptions): Promise<void> {
  const home = tensorflowPackage();
  // Beside its destination, so that the finished parts can be renamed into place.
  const build = await mkdtemp(join(home, 'stockpot-build-'));
  const download = await mkdtemp(join(tmpdir(), 'stockpot-wheel-'));
  try {
    const megabytes = nvidia ? 590 : 230;
    onProgress({ stage: `Downloading TensorFlow (${megabytes} MB)`, done: 0, total: 1, unit: 'packages' });
    const wheel = await downloadWheel(tools.pip, nvidia, download, signal);
    const dependencies = join(build, 'deps');
    await unpackWheel(wheel, dependencies, onProgress, signal);
    const libraries = join(dependencies, 'lib');
    // The names that the linker and the binding look for.
    await symlink('libtensorflow_cc.so.2', join(libraries, 'libtensorflow.so'));
    await symlink('libtensorflow_framework.so.2', join(libraries, 'libtensorflow_framework.so'));
    onProgress({ stage: 'Compiling the binding', done: 0, total: 1, unit: 'bindings' });
    await compileBinding(home, build, tools, signal);
    for (const part of ['deps', 'lib']) {
      await rm(join(home, part), { recursive: true, force: true });
      await rename(join(build, part), join(home, part));
    }
  } finally {
    await rm(build, { recursive: true, force: true });
    await rm(download, { recursive: true, force: true });
  }
}

async function compileBinding(home: string, build: string, tools: BuildTools, signal: AbortSignal): Promise<void> {
  const output = join(build, 'lib', BINDING_FOLDER, 'tfjs_binding.node');
  await mkdir(dirname(output), { recursive: true });
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(home, 'binding', name));
  const outcome = await runCommand(
    tools.compiler,
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...[`-I${tools.nodeHeaders}`, `-I${join(build, 'deps', 'include')}`],
      ...sources,
      ...['-o', output, `-L${join(build, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework'],
      // Relative to the binding, so that the folder may move with the project.
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    { timeoutSeconds: COMPILE_SECONDS, signal },
  );
  if (outcome.code === 0 && existsSync(output)) return;
  throw new StockpotError({
    code: 'accelerators/build-failed',
    kind: 'failure',
    what: `${tools.compiler} could not build the binding to TensorFlow`,
    details: lastLines(outcome.output, 12),
    remedy: 'Use a compiler that knows C++17 (g++ 9 or later)',
  });
}
