import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { StockpotError } from '../../../errors.ts';
import type { BackendFacts } from '../backends.ts';
import { registerConvolutionGradients } from './convolution-gradients.ts';
import { registerDepthwiseGradients } from './depthwise-gradients.ts';
import { instantiateKernels, type WasmBackend } from './kernels/kernels.ts';
import { registerMatrixProduct } from './matrix-product.ts';
import {
  registerNormalization,
  registerNormalizationByStatistics,
  registerNormalizationByStatisticsGradient,
} from './normalization-kernels.ts';
import { registerPoolingGradients } from './pooling-gradients.ts';
import { registerSegmentSum } from './segment-sum.ts';
import { registerSharedValues } from './shared-values.ts';

/**
 * Loads tfjs's WebAssembly backend and completes it with what training needs.
 * @throws StockpotError `runtime/device-unavailable`
 */
export async function loadWasm(): Promise<BackendFacts> {
  if (!(await tf.setBackend('wasm'))) {
    throw new StockpotError({
      code: 'runtime/device-unavailable',
      kind: 'failure',
      what: 'The WebAssembly backend of tfjs does not start',
      where: 'tfjs wasm',
      remedy: 'Install again (npm ci), or use the onnx runtime',
    });
  }
  const kernels = await instantiateKernels(tf.findBackend('wasm') as unknown as WasmBackend);
  registerConvolutionGradients(kernels);
  registerPoolingGradients(kernels);
  registerNormalization(kernels);
  registerNormalizationByStatistics(kernels);
  registerNormalizationByStatisticsGradient(kernels);
  registerDepthwiseGradients();
  registerMatrixProduct();
  registerSegmentSum();
  registerSharedValues();
  return { device: 'wasm', description: 'wasm' };
}
