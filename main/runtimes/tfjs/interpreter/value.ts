import * as tf from '@tensorflow/tfjs-core';

/**
 * A value of the graph while it runs. ONNX counts an image's axes as [batch, channels, height, width]; TensorFlow's
 * convolutions want [batch, height, width, channels]. A `channels-last` value is a rank-4 tensor in that second order
 * which stands for the first, so that a chain of convolutions needs no transposition in between.
 */
export interface Value {
  readonly tensor: tf.Tensor;
  readonly layout: 'plain' | 'channels-last';
}

export function plain(tensor: tf.Tensor): Value {
  return { tensor, layout: 'plain' };
}

export function channelsLast(tensor: tf.Tensor): Value {
  return { tensor, layout: 'channels-last' };
}

/** The shape as ONNX sees it. */
export function onnxShape(value: Value): number[] {
  const { shape } = value.tensor;
  return value.layout === 'plain' ? [...shape] : [shape[0]!, shape[3]!, shape[1]!, shape[2]!];
}

/** The tensor in ONNX's order of axes. */
export function toPlain(value: Value): tf.Tensor {
  if (value.layout === 'plain') return value.tensor;
  const [batch, height, width, channels] = value.tensor.shape as [number, number, number, number];
  // Nothing moves when there is a single pixel or a single channel.
  if (height * width === 1 || channels === 1) return tf.reshape(value.tensor, [batch, channels, height, width]);
  return tf.transpose(value.tensor, [0, 3, 1, 2]);
}

/** A rank-4 value as [batch, height, width, channels]. */
export function toChannelsLast(value: Value): tf.Tensor4D {
  if (value.layout === 'channels-last') return value.tensor as tf.Tensor4D;
  const [batch, channels, height, width] = value.tensor.shape as [number, number, number, number];
  if (height * width === 1 || channels === 1) return tf.reshape(value.tensor, [batch, height, width, channels]);
  return tf.transpose(value.tensor as tf.Tensor4D, [0, 2, 3, 1]);
}
