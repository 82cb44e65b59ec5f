import * as tf from '@tensorflow/tfjs-core';
import type { Graph, GraphTensor } from '../../architectures/onnx/graph.ts';
import { isFloating, type Weights } from '../../checkpoints/checkpoint.ts';
import { StockpotError } from '../../errors.ts';
import { floatsOf } from './interpreter/tensor-numbers.ts';

/**
 * The graph's float weights as tensors on the current backend, by name; the caller disposes of them. A weight wins over
 * the elements that an initializer carries itself.
 * @throws StockpotError `runtime/missing-tensor`, `runtime/shape-mismatch` (every tensor concerned is listed)
 */
export function createWeightTensors(graph: Graph, weights: Weights): Map<string, tf.Tensor> {
  checkWeights(graph, weights);
  const tensors = new Map<string, tf.Tensor>();
  for (const [name, initializer] of graph.initializers) {
    const value = weights.get(name);
    if (value === undefined || !isFloating(initializer.dtype)) continue;
    tensors.set(name, tf.keep(tf.tensor(floatsOf(value.dtype, value.bytes), [...value.shape], 'float32')));
  }
  return tensors;
}

function checkWeights(graph: Graph, weights: Weights): void {
  const initializers = [...graph.initializers.values()];
  const missing = initializers.filter(({ name, bytes }) => bytes === undefined && !weights.has(name));
  if (missing.length > 0) {
    throw new StockpotError({
      code: 'runtime/missing-tensor',
      what: `The weights lack ${missing.length} of the architecture's tensors`,
      where: graph.name,
      details: missing.map(({ name, shape }) => `${name} [${shape.join(', ')}]`),
      remedy: 'Use a checkpoint of this architecture',
    });
  }
  const mismatched = initializers.flatMap((initializer) => describeMismatch(initializer, weights));
  if (mismatched.length > 0) {
    throw new StockpotError({
      code: 'runtime/shape-mismatch',
      what: 'Weights have other shapes than the architecture asks for',
      where: graph.name,
      details: mismatched,
      remedy: 'Use a checkpoint of this architecture',
    });
  }
}

function describeMismatch({ name, shape }: GraphTensor, weights: Weights): string[] {
  const value = weights.get(name);
  if (value === undefined || value.shape.join() === shape.join()) return [];
  return [`${name} is [${value.shape.join(', ')}], not [${shape.join(', ')}]`];
}
