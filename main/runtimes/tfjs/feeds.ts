import * as tf from '@tensorflow/tfjs-core';
import type { Graph, GraphValue } from '../../architectures/onnx/graph.ts';
import { StockpotError } from '../../errors.ts';
import type { Feed, Feeds } from '../runtime.ts';

/**
 * The graph's inputs as tensors. They may share the caller's memory, so they have to be used before it changes.
 * @throws StockpotError `runtime/shape-mismatch`
 */
export function feedTensors(graph: Graph, feeds: Feeds): Map<string, tf.Tensor> {
  return new Map(
    graph.inputs.map((input) => {
      const feed = feeds[input.name];
      if (feed === undefined) throw mismatch(`The graph's input ${input.name} is not fed`, graph.name);
      if (!fits(feed, input)) {
        throw mismatch(
          `Input ${input.name} is [${feed.shape.join(', ')}], not [${input.shape.map((size) => size ?? '?').join(', ')}]`,
          graph.name,
        );
      }
      return [input.name, tensorOf(feed)];
    }),
  );
}

function fits(feed: Feed, input: GraphValue): boolean {
  const elements = feed.shape.reduce((product, size) => product * size, 1);
  if (elements !== feed.data.length || feed.shape.length !== input.shape.length) return false;
  return input.shape.every((size, axis) => typeof size !== 'number' || size === feed.shape[axis]);
}

function tensorOf({ data, shape }: Feed): tf.Tensor {
  if (data instanceof Float32Array) return tf.tensor(data, [...shape], 'float32');
  const integers = data instanceof Int32Array ? data : Int32Array.from(data, Number);
  return tf.tensor(integers, [...shape], 'int32');
}

function mismatch(what: string, where: string): StockpotError {
  return new StockpotError({
    code: 'runtime/shape-mismatch',
    what,
    where,
    remedy: 'Use data of the shape the model expects',
  });
}
