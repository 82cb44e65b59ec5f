import * as tf from '@tensorflow/tfjs-core';
import type { KernelName } from '../interpreter/differentiable/backend-kernel.ts';
import type { CompiledKernels, WasmBackend } from './kernels/kernels.ts';

const NORMALIZE: KernelName = 'StockpotNormalizeBatch';
const NORMALIZE_GRADIENT: KernelName = 'StockpotNormalizeBatchGradient';
const BY_STATISTICS_GRADIENT: KernelName = 'StockpotNormalizeByStatisticsGradient';
const RECTIFY_GRADIENT: KernelName = 'StockpotRectifyGradient';

/** Batch normalisation in training and the gradient of max(x, 0), each in one or two passes over memory. */
export function registerNormalization(kernels: CompiledKernels): void {
  tf.registerKernel({
    kernelName: NORMALIZE,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, gamma, beta } = inputs as { x: tf.TensorInfo; gamma: tf.TensorInfo; beta: tf.TensorInfo };
      const { epsilon } = attrs as { epsilon: number };
      const wasm = backend as WasmBackend;
      const at = (tensor: tf.TensorInfo): number => wasm.getMemoryOffset(tensor.dataId);
      const { rows, columns } = matrixShape(x);
      const y = wasm.makeOutput(x.shape, 'float32');
      const [mean, variance, inverse] = [1, 2, 3].map(() => wasm.makeOutput([columns], 'float32')) as [
        tf.TensorInfo,
        tf.TensorInfo,
        tf.TensorInfo,
      ];
      withScratch(wasm, columns, (scratch) => {
        kernels.normalizeBatch(
          at(x),
          rows,
          columns,
          at(gamma),
          at(beta),
          epsilon,
          at(y),
          at(mean),
          at(variance),
          at(inverse),
          scratch,
        );
      });
      return [y, mean, variance, inverse];
    },
  });
  tf.registerKernel({
    kernelName: NORMALIZE_GRADIENT,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const wasm = backend as WasmBackend;
      // What the forward kernel kept is the inverse of the standard deviation.
      const {
        dy,
        x,
        gamma,
        mean,
        kept0: inverse,
      } = inputs as Record<'dy' | 'x' | 'gamma' | 'mean' | 'kept0', tf.TensorInfo>;
      const at = (tensor: tf.TensorInfo): number => wasm.getMemoryOffset(tensor.dataId);
      const { rows, columns } = matrixShape(x);
      const dx = wasm.makeOutput(x.shape, 'float32');
      const dgamma = wasm.makeOutput([columns], 'float32');
      const dbeta = wasm.makeOutput([columns], 'float32');
      withScratch(wasm, columns, (scratch) => {
        kernels.normalizeBatchGradient(
          at(dy),
          at(x),
          rows,
          columns,
          at(gamma),
          at(mean),
          at(inverse),
          at(dx),
          at(dgamma),
          at(dbeta),
          scratch,
        );
      });
      return [dx, dgamma, dbeta];
    },
  });
  tf.registerKernel({
    kernelName: RECTIFY_GRADIENT,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const wasm = backend as WasmBackend;
      const { dy, y } = inputs as { dy: tf.TensorInfo; y: tf.TensorInfo };
      const dx = wasm.makeOutput(y.shape, 'float32');
      const [from, result, to] = [dy, y, dx].map(({ dataId }) => wasm.getMemoryOffset(dataId));
      kernels.rectifyGradient(from!, result!, to!, tf.util.sizeFromShape(y.shape));
      return dx;
    },
  });
}

/** The gradient of normalisation by given statistics, in two passes over memory. */
export function registerNormalizationByStatisticsGradient(kernels: CompiledKernels): void {
  tf.registerKernel({
    kernelName: BY_STATISTICS_GRADIENT,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, x, scale, mean, variance } = inputs as Record<
        'dy' | 'x' | 'scale' | 'mean' | 'variance',
        tf.TensorInfo
      >;
      const { epsilon } = attrs as { epsilon: number };
      const wasm = backend as WasmBackend;
      const at = (tensor: tf.TensorInfo): number => wasm.getMemoryOffset(tensor.dataId);
      const { rows, columns } = matrixShape(x);
      const dx = wasm.makeOutput(x.shape, 'float32');
      const dscale = wasm.makeOutput([columns], 'float32');
      const doffset = wasm.makeOutput([columns], 'float32');
      withScratch(wasm, columns, (scratch) => {
        kernels.normalizeByStatisticsGradient(
          at(dy),
          at(x),
          rows,
          columns,
          at(mean),
          at(variance),
          at(scale),
          epsilon,
          at(dx),
          at(dscale),
          at(doffset),
          scratch,
        );
      });
      return [dx, dscale, doffset];
    },
  });
}

/**
 * Replaces the backend's normalisation by given statistics, which is slower than the convolution before it, where there is
 * one of each statistic per channel.
 */
export function registerNormalizationByStatistics(kernels: CompiledKernels): void {
  const stock = tf.getKernel(tf.FusedBatchNorm, 'wasm');
  if (stock === undefined) throw new Error('The WebAssembly backend has no batch normalisation');
  tf.unregisterKernel(tf.FusedBatchNorm, 'wasm');
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const { x, mean, variance, scale, offset } = call.inputs as Record<keyof tf.FusedBatchNormInputs, tf.TensorInfo>;
      const { rows, columns } = matrixShape(x);
      const perChannel = [mean, variance, scale, offset].every(
        (input: tf.TensorInfo | undefined) => input?.shape.join() === String(columns),
      );
      if (!perChannel) return stock.kernelFunc(call);
      const wasm = call.backend as WasmBackend;
      const at = (tensor: tf.TensorInfo): number => wasm.getMemoryOffset(tensor.dataId);
      const { varianceEpsilon } = call.attrs as unknown as tf.FusedBatchNormAttrs;
      const y = wasm.makeOutput(x.shape, 'float32');
      withScratch(wasm, columns, (scratch) => {
        kernels.normalizeByStatistics(
          at(x),
          rows,
          columns,
          at(mean),
          at(variance),
          at(scale),
          at(offset),
          varianceEpsilon,
          at(y),
          scratch,
        );
      });
      return y;
    },
  });
}

function matrixShape(x: tf.TensorInfo): { rows: number; columns: number } {
  const columns = x.shape.at(-1)!;
  return { rows: tf.util.sizeFromShape(x.shape) / columns, columns };
}

/** Lends room for two double-precision numbers per column. */
function withScratch(wasm: WasmBackend, columns: number, use: (address: number) => void): void {
  const scratch = wasm.makeOutput([4 * columns], 'float32');
  use(wasm.getMemoryOffset(scratch.dataId));
  wasm.disposeData(scratch.dataId);
}
