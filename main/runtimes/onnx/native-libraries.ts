import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OnnxDevice } from './onnx-runtime.ts';

export interface MissingLibrary {
  readonly name: string;
  /** Where it comes from. */
  readonly reason: string;
}

const CUDA_PROVIDER = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/** https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html: CUDA 12.x and cuDNN 9.x. */
const CUDA_LIBRARIES = [
  'libcuda.so.1',
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcurand.so.10',
  'libcudnn.so.9',
];

/** Folder that ONNX Runtime loads its native libraries from. */
export function onnxLibraryFolder(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(dirname(main)), 'bin', 'napi-v6', process.platform, process.arch);
}

/** What a device needs beside ONNX Runtime itself and this machine lacks. Known for Linux only: elsewhere the system brings it along. */
export function missingLibraries(device: OnnxDevice): readonly MissingLibrary[] {
  if (process.platform !== 'linux') return [];
  if (device === 'webgpu') return missingOf(['libvulkan.so.1'], 'the Vulkan loader');
  if (device !== 'cuda') return [];
  const folder = onnxLibraryFolder();
  const provider = CUDA_PROVIDER.filter((name) => !existsSync(join(folder, name)));
  return [
    ...provider.map((name) => ({ name, reason: 'npm run accelerators fetches it' })),
    ...missingOf(CUDA_LIBRARIES.slice(0, 1), 'the NVIDIA driver'),
    ...missingOf(CUDA_LIBRARIES.slice(1), 'CUDA 12 with cuDNN 9'),
  ];
}

function missingOf(names: readonly string[], reason: string): readonly MissingLibrary[] {
  return names.filter((name) => !canBeLoaded(name)).map((name) => ({ name, reason }));
}

/**
 * Asks the dynamic linker, which alone knows its search path. It takes any library; Node then complains that it is no
 * add-on, which is not what was asked.
 */
function canBeLoaded(name: string): boolean {
  try {
    process.dlopen({ exports: {} }, name);
    return true;
  } catch (thrown) {
    return !(thrown instanceof Error && /cannot open shared object file/.test(thrown.message));
  }
}
