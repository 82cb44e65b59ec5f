import * as tf from '@tensorflow/tfjs-core';
import { attributeOf } from '../../../../architectures/onnx/graph.ts';
import { badGraph, type Operator, type OperatorContext, unsupported } from '../operator.ts';
import { channelsLast, toChannelsLast } from '../value.ts';
import { isPadded, isSamePadding, paddings, type Window, windowOf } from '../windows.ts';

/** Conv, two-dimensional: weight [out, in / group, kernelHeight, kernelWidth]. */
export const conv: Operator = (context) => {
  const { node } = context;
  const weight = context.input(1).tensor;
  const x = toChannelsLast(context.input(0));
  if (weight.rank !== 4 || x.rank !== 4) throw unsupported(node, `convolutions over ${weight.rank - 2} dimensions`);
  const [outChannels, inPerGroup, kernelHeight, kernelWidth] = weight.shape as [number, number, number, number];
  const group = attributeOf(node, 'group', 'int', 1);
  const [, height, width, inChannels] = x.shape;
  if (inPerGroup * group !== inChannels) {
    throw badGraph(node, `${inChannels} input channels where the weight asks for ${inPerGroup} in ${group} groups`);
  }
  const window = windowOf(node, { height, width }, [kernelHeight, kernelWidth]);
  const y =
    group === 1
      ? convolve(x, filterOf(context, window, [2, 3, 1, 0]), window)
      : group === inChannels
        ? depthwise(context, x, window, outChannels / group)
        : grouped(context, x, window, group);
  const bias = context.optionalInput(2);
  return channelsLast(bias === undefined ? y : tf.add(y, bias.tensor));
};

/** The weight with its axes in the order given, its taps spread apart where dilation is not left to the backend. */
function filterOf(context: OperatorContext, window: Window, order: readonly number[]): tf.Tensor4D {
  return context.derived(1, `filter ${order.join('')}`, (weight) => {
    const filter = tf.transpose(weight, [...order]) as tf.Tensor4D;
    return spread(filter, window.height.dilation, window.width.dilation);
  }) as tf.Tensor4D;
}

/**
 * Puts `dilation` − 1 zeros between taps of a filter [height, width, …]: a dilated convolution is a plain one with such
 * a filter, and plain ones have gradients on every backend.
 */
function spread(filter: tf.Tensor4D, vertical: number, horizontal: number): tf.Tensor4D {
  if (vertical === 1 && horizontal === 1) return filter;
  const [height, width, input, output] = filter.shape;
  const tall = (height - 1) * vertical + 1;
  const wide = (width - 1) * horizontal + 1;
  const rows = tf.pad(tf.reshape(filter, [height * width, input * output]), [
    [0, 0],
    [0, (horizontal - 1) * input * output],
  ]);
  const stretched = tf.slice(tf.reshape(rows, [height, width * horizontal, input * output]), [0, 0, 0], [-1, wide, -1]);
  const columns = tf.pad(tf.reshape(stretched, [height, wide * input * output]), [
    [0, 0],
    [0, (vertical - 1) * wide * input * output],
  ]);
  const spaced = tf.slice(tf.reshape(columns, [height * vertical, wide, input * output]), [0, 0, 0], [tall, -1, -1]);
  return tf.reshape(spaced, [tall, wide, input, output]);
}

function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, window: Window): tf.Tensor4D {
  const { padded, padding } = padFor(x, window);
  return tf.conv2d(padded, filter, [window.height.stride, window.width.stride], padding);
}

/** No backend's gradient kernels take explicit padding, so that is applied to the image itself. */
function padFor(x: tf.Tensor4D, window: Window): { padded: tf.Tensor4D; padding: 'same' | 'valid' } {
  if (!isPadded(window)) return { padded: x, padding: 'valid' };
  if (isSamePadding(window)) return { padded: x, padding: 'same' };
  return { padded: tf.pad(x, paddings(window)), padding: 'valid' };
}

/** One group per input channel: output channel c · multiplier + m belongs to input channel c, in ONNX as in TensorFlow. */
function depthwise(context: OperatorContext, x: tf.Tensor4D, window: Window, multiplier: number): tf.Tensor4D {
  const filter = context.derived(1, 'depthwise filter', (weight) => {
    const [outChannels, , height, width] = weight.shape as [number, number, number, number];
    const ordered = tf.transpose(tf.reshape(weight, [outChannels, height, width]), [1, 2, 0]);
    return spread(
      tf.reshape(ordered, [height, width, outChannels / multiplier, multiplier]),
      window.height.dilation,
      window.width.dilation,
    );
  }) as tf.Tensor4D;
  const { stride } = window.height;
  if (stride !== window.width.stride) return grouped(context, x, window, x.shape[3]);
  const { padded, padding } = padFor(x, window);
  return tf.depthwiseConv2d(padded, filter, [stride, stride], padding);
}

/** Each group of channels by itself. */
function grouped(context: OperatorContext, x: tf.Tensor4D, window: Window, group: number): tf.Tensor4D {
  const filter = filterOf(context, window, [2, 3, 1, 0]);
  const images = tf.split(x, group, 3) as tf.Tensor4D[];
  const filters = tf.split(filter, group, 3) as tf.Tensor4D[];
  return tf.concat(
    images.map((image, index) => convolve(image, filters[index]!, window)),
    3,
  );
}
