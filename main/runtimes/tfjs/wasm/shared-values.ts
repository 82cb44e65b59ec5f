import * as tf from '@tensorflow/tfjs-core';
import type { WasmBackend } from './kernels/kernels.ts';

/** The backend copies a tensor's elements when it is cloned, which tfjs does for every value that a gradient needs again. */
export function registerSharedValues(): void {
  tf.unregisterKernel(tf.Identity, 'wasm');
  tf.registerKernel({
    kernelName: tf.Identity,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as { x: tf.TensorInfo };
      (backend as WasmBackend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}
