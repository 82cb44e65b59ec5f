import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { onnxLibraryFolder } from '../../../runtimes/onnx/native-libraries.ts';
import { lastLines, runCommand } from './run-command.ts';
import type { StepOptions, StepOutcome } from './step.ts';

const PROVIDER = 'libonnxruntime_providers_cuda.so';

/** Some 300 MB. */
const TIMEOUT_SECONDS = 15 * 60;

/** Fetches ONNX Runtime's CUDA provider by onnxruntime-node's own install script. */
export async function installOnnxCuda({ nvidia, onProgress, signal }: StepOptions): Promise<StepOutcome> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { kind: 'not-applicable', what: `There is no CUDA provider for ${process.platform}-${process.arch}` };
  }
  if (!nvidia) return { kind: 'not-applicable', what: 'CUDA provider: no NVIDIA driver on this machine' };
  const provider = join(onnxLibraryFolder(), PROVIDER);
  if (existsSync(provider)) return { kind: 'present', what: 'CUDA provider' };
  onProgress({ stage: 'Fetching the CUDA provider of ONNX Runtime', done: 0, total: 1, unit: 'packages' });
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const outcome = await runCommand(process.execPath, ['script/install.js', '--onnxruntime-node-install=cuda12'], {
    folder,
    timeoutSeconds: TIMEOUT_SECONDS,
    signal,
  });
  if (outcome.code === 0 && existsSync(provider)) return { kind: 'installed', what: 'CUDA provider' };
  return {
    kind: 'failed',
    what: outcome.timedOut
      ? `The CUDA provider did not arrive within ${TIMEOUT_SECONDS / 60} minutes`
      : 'The CUDA provider could not be fetched (onnxruntime-node takes it from NuGet)',
    details: lastLines(outcome.output),
    remedy: 'Check the network, or a proxy by GLOBAL_AGENT_HTTPS_PROXY, and run npm run accelerators again',
  };
}
