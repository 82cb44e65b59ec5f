import * as tf from '@tensorflow/tfjs-core';
import { attributeOf, type GraphNode } from '../../../../architectures/onnx/graph.ts';
import { type Operator, unsupported } from '../operator.ts';
import { channelsLast, toChannelsLast, type Value } from '../value.ts';
import { isPadded, paddings, type Window, windowOf } from '../windows.ts';

export const maxPool: Operator = ({ node, input }) => {
  const { x, window } = imageAndWindow(node, input(0));
  if (window.height.dilation !== 1 || window.width.dilation !== 1) throw unsupported(node, 'dilated pooling');
  // Padding must lose against every element.
  const padded = isPadded(window) ? tf.pad(x, paddings(window), Number.NEGATIVE_INFINITY) : x;
  return channelsLast(tf.maxPool(padded, sizes(window), strides(window), 'valid'));
};

export const averagePool: Operator = ({ node, input }) => {
  const { x, window } = imageAndWindow(node, input(0));
  if (window.height.dilation !== 1 || window.width.dilation !== 1) throw unsupported(node, 'dilated pooling');
  if (!isPadded(window)) return channelsLast(tf.avgPool(x, sizes(window), strides(window), 'valid'));
  const averaged = tf.avgPool(tf.pad(x, paddings(window)), sizes(window), strides(window), 'valid');
  const includePadding = attributeOf(node, 'count_include_pad', 'int', 0) === 1;
  return channelsLast(tf.mul(averaged, tf.tensor4d(...paddingCorrection(node, window, includePadding))));
};

/**
 * What turns an average over the whole window, zeros of the padding included, into one over the elements that count:
 * those of the image or, with `count_include_pad`, also those of the padding that was asked for (but not of the
 * padding that `ceil_mode` adds).
 */
function paddingCorrection(
  node: GraphNode,
  { height, width }: Window,
  includePadding: boolean,
): [Float32Array, [number, number, number, number]] {
  const pads = attributeOf(node, 'pads', 'ints', [0, 0, 0, 0]);
  const counted = (axis: typeof height, after: number, output: number): number => {
    const start = output * axis.stride - axis.before;
    const low = includePadding ? -axis.before : 0;
    const high = axis.input + (includePadding ? Math.min(axis.after, after) : 0);
    return Math.min(start + axis.kernel, high) - Math.max(start, low);
  };
  const explicit = attributeOf(node, 'auto_pad', 'string', 'NOTSET') === 'NOTSET';
  const below = explicit ? pads[2]! : height.after;
  const right = explicit ? pads[3]! : width.after;
  const factors = new Float32Array(height.output * width.output);
  for (let row = 0; row < height.output; row++) {
    for (let column = 0; column < width.output; column++) {
      const count = counted(height, below, row) * counted(width, right, column);
      factors[row * width.output + column] = (height.kernel * width.kernel) / count;
    }
  }
  return [factors, [1, height.output, width.output, 1]];
}

export const globalAveragePool: Operator = ({ input }) => channelsLast(tf.mean(toChannelsLast(input(0)), [1, 2], true));

export const globalMaxPool: Operator = ({ input }) => channelsLast(tf.max(toChannelsLast(input(0)), [1, 2], true));

function imageAndWindow(node: GraphNode, value: Value): { x: tf.Tensor4D; window: Window } {
  if (value.tensor.rank !== 4) throw unsupported(node, `pooling over ${value.tensor.rank - 2} dimensions`);
  const x = toChannelsLast(value);
  const kernel = attributeOf(node, 'kernel_shape', 'ints', [1, 1]) as readonly [number, number];
  return { x, window: windowOf(node, { height: x.shape[1], width: x.shape[2] }, kernel) };
}

function sizes({ height, width }: Window): [number, number] {
  return [height.kernel, width.kernel];
}

function strides({ height, width }: Window): [number, number] {
  return [height.stride, width.stride];
}
