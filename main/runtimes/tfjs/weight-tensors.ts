import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../../architectures/onnx/graph.ts';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import { bindWeights } from '../bind-weights.ts';

/**
 * The graph's float weights as tensors on the current backend, by name; the caller disposes of them. A weight wins over
 * the elements that an initializer carries itself.
 * @throws StockpotError `runtime/missing-tensor`, `runtime/shape-mismatch`, `runtime/unsupported-dtype`
 */
export function createWeightTensors(graph: Graph, weights: Weights): Map<string, tf.Tensor> {
  const tensors = new Map<string, tf.Tensor>();
  for (const [name, { dtype, shape, bytes }] of bindWeights(graph, weights)) {
    if (dtype !== 'F32') continue;
    // A copy: the backend may read it only when it is first used, and the caller's memory may have changed by then.
    const floats = new Float32Array(bytes.slice().buffer);
    tensors.set(name, tf.keep(tf.tensor(floats, [...shape], 'float32')));
  }
  return tensors;
}
