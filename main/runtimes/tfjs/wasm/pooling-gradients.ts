import * as tf from '@tensorflow/tfjs-core';
import type { CompiledKernels, WasmBackend } from './kernels/kernels.ts';

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Replaces the backend's gradients of pooling, which are wrong. */
export function registerPoolingGradients(kernels: CompiledKernels): void {
  tf.unregisterKernel(tf.MaxPoolGrad, 'wasm');
  tf.registerKernel({
    kernelName: tf.MaxPoolGrad,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input, output } = inputs as Record<'dy' | 'input' | 'output', tf.TensorInfo>;
      const wasm = backend as WasmBackend;
      const dx = wasm.makeOutput(input.shape, 'float32');
      const [x, y, gradient, to] = [input, output, dy, dx].map(({ dataId }) => wasm.getMemoryOffset(dataId));
      kernels.maxPoolGradient(x!, y!, gradient!, to!, ...geometry(input.shape, attrs as unknown as PoolAttributes));
      return dx;
    },
  });
  tf.unregisterKernel(tf.AvgPoolGrad, 'wasm');
  tf.registerKernel({
    kernelName: tf.AvgPoolGrad,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs as Record<'dy' | 'input', tf.TensorInfo>;
      const wasm = backend as WasmBackend;
      const dx = wasm.makeOutput(input.shape, 'float32');
      const [gradient, to] = [dy, dx].map(({ dataId }) => wasm.getMemoryOffset(dataId));
      kernels.averagePoolGradient(gradient!, to!, ...geometry(input.shape, attrs as unknown as PoolAttributes));
      return dx;
    },
  });
}

function geometry(shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): number[] {
  const input = shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
  ];
}
