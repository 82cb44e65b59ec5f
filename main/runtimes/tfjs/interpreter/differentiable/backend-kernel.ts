import * as tf from '@tensorflow/tfjs-core';

/**
 * Kernels of our own that a backend may bring (main/runtimes/tfjs/wasm and tensorflow register theirs); an operation
 * whose kernel is missing is composed of tfjs's own operations instead.
 */
export type KernelName =
  | 'StockpotNormalizeBatch'
  | 'StockpotNormalizeBatchGradient'
  | 'StockpotNormalizeByStatisticsGradient'
  | 'StockpotRectifyGradient';

export function hasKernel(name: KernelName): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

export function runKernel(
  name: KernelName,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: Readonly<Record<string, number>> = {},
): tf.Tensor[] {
  const outputs = tf.engine().runKernel(name, { ...inputs }, { ...attributes });
  return (Array.isArray(outputs) ? outputs : [outputs]) as tf.Tensor[];
}
