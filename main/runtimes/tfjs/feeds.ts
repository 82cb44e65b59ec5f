import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../../architectures/onnx/graph.ts';
import { checkFeeds } from '../feeds.ts';
import type { Feed, Feeds } from '../runtime.ts';

/**
 * The graph's inputs as tensors. They may share the caller's memory, so they have to be used before it changes.
 * @throws StockpotError `runtime/shape-mismatch`
 */
export function feedTensors(graph: Graph, feeds: Feeds): Map<string, tf.Tensor> {
  return new Map(checkFeeds(graph, feeds).map(({ name, feed }) => [name, tensorOf(feed)]));
}

function tensorOf({ data, shape }: Feed): tf.Tensor {
  if (data instanceof Float32Array) return tf.tensor(data, [...shape], 'float32');
  const integers = data instanceof Int32Array ? data : Int32Array.from(data, Number);
  return tf.tensor(integers, [...shape], 'int32');
}
