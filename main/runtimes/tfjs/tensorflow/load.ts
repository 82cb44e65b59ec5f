import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { StockpotError } from '../../../errors.ts';
import type { BackendFacts } from '../backends.ts';
import { registerTensorflowKernels } from './kernels.ts';

const require = createRequire(import.meta.url);

/** Folder of the package whose native binding `npm run accelerators` builds. */
export function tensorflowPackage(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

/** The compiled binding, if there is one. */
export function tensorflowBinding(): string | undefined {
  const folder = join(tensorflowPackage(), 'lib');
  if (!existsSync(folder)) return undefined;
  const bindings = readdirSync(folder)
    .map((name) => join(folder, name, 'tfjs_binding.node'))
    .filter((path) => existsSync(path));
  return bindings[0];
}

interface NativeBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

/**
 * Loads TensorFlow's own library through tfjs-node-gpu.
 * @throws StockpotError `runtime/device-unavailable` that names what is missing
 */
export async function loadTensorflow(): Promise<BackendFacts> {
  if (tensorflowBinding() === undefined) {
    throw unavailable('Native TensorFlow is not installed: tfjs_binding.node has not been built', undefined);
  }
  // TensorFlow writes its greetings to stderr otherwise.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  restoreRemovedUtilities();
  try {
    require('@tensorflow/tfjs-node-gpu');
  } catch (cause) {
    throw unavailable(`Native TensorFlow does not load: ${firstLine(cause)}`, cause);
  }
  if (!(await tf.setBackend('tensorflow'))) throw unavailable('Native TensorFlow does not start', undefined);
  registerTensorflowKernels();
  const { binding, isUsingGpuDevice } = tf.findBackend('tensorflow') as unknown as NativeBackend;
  return { device: 'tensorflow', description: `tensorflow ${binding.TF_Version} ${isUsingGpuDevice ? 'gpu' : 'cpu'}` };
}

/** tfjs-node-gpu 4.22 calls two functions of Node's that later versions warn about (22) or no longer have (23). */
function restoreRemovedUtilities(): void {
  const replaced = util as unknown as Record<string, unknown>;
  replaced.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  replaced.isArray = Array.isArray;
}

function firstLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]!;
}

function unavailable(what: string, cause: unknown): StockpotError {
  return new StockpotError({
    code: 'runtime/device-unavailable',
    kind: 'failure',
    what,
    where: 'tfjs tensorflow',
    remedy: 'Run: npm run accelerators',
    cause,
  });
}
