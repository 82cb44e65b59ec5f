import * as tf from '@tensorflow/tfjs-core';
import { attributeOf } from '../../../../architectures/onnx/graph.ts';
import { normalizeBatch } from '../differentiable/normalize-batch.ts';
import { normalizeByStatistics } from '../differentiable/normalize-by-statistics.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { channelsLast, plain, toChannelsLast, type Value } from '../value.ts';

/**
 * BatchNormalization. At inference by the running statistics; in training by the batch's own, and the running ones then
 * move towards them as PyTorch's do: by 1 − momentum (ONNX's momentum 0.9 is PyTorch's 0.1), with the unbiased variance.
 */
export const batchNormalization: Operator = (context) => {
  const { node, mode, input } = context;
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => input(index).tensor as tf.Tensor1D) as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
  ];
  const epsilon = attributeOf(node, 'epsilon', 'float', 1e-5);
  return overChannels(input(0), (x) => {
    if (mode === 'inference') return tf.batchNorm(x, mean, variance, bias, scale, epsilon);
    if (mode === 'frozen') return normalizeByStatistics(x, { scale, bias, mean, variance }, epsilon);
    const { normalized, batchMean, batchVariance } = normalizeBatch(x, scale, bias, epsilon);
    const momentum = context.statisticsMomentum ?? attributeOf(node, 'momentum', 'float', 0.9);
    recordMoved(context, 3, mean, batchMean, momentum);
    recordMoved(context, 4, variance, batchVariance, momentum);
    return normalized;
  });
};

function recordMoved(
  context: OperatorContext,
  index: number,
  old: tf.Tensor,
  batch: tf.Tensor,
  momentum: number,
): void {
  context.recordStatistics(
    index,
    tf.tidy(() => tf.add(tf.mul(old, momentum), tf.mul(batch, 1 - momentum))),
  );
  batch.dispose();
}

/** Calls `apply` with the channels on the last axis: [rows, channels] or [batch, height, width, channels]. */
function overChannels(value: Value, apply: (x: tf.Tensor) => tf.Tensor): Value {
  const { tensor, layout } = value;
  if (layout === 'channels-last') return channelsLast(apply(tensor));
  if (tensor.rank === 2) return plain(apply(tensor));
  if (tensor.rank === 4) return channelsLast(apply(toChannelsLast(value)));
  const axes = tensor.shape.map((_, axis) => axis);
  const there = [0, ...axes.slice(2), 1];
  const back = [0, tensor.rank - 1, ...axes.slice(1, -1)];
  return plain(tf.transpose(apply(tf.transpose(tensor, there)), back));
}
