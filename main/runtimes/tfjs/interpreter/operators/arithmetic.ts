import * as tf from '@tensorflow/tfjs-core';
import type { Operator } from '../operator.ts';
import { channelsLast, plain, toChannelsLast, toPlain, type Value } from '../value.ts';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Two operands with ONNX's (NumPy's) broadcasting, in channels-last order where one of them is in it. */
function binary(combine: Binary): Operator {
  return ({ input }) => {
    const a = input(0);
    const b = input(1);
    if (a.layout === 'plain' && b.layout === 'plain') return plain(combine(a.tensor, b.tensor));
    if (a.tensor.rank > 4 || b.tensor.rank > 4) return plain(combine(toPlain(a), toPlain(b)));
    return channelsLast(combine(aligned(a), aligned(b)));
  };
}

/** The operand with leading axes of size one up to rank 4, channels last. */
function aligned(value: Value): tf.Tensor {
  const { tensor, layout } = value;
  if (layout === 'channels-last' || tensor.rank === 0) return tensor;
  const shape = [...new Array<number>(4 - tensor.rank).fill(1), ...tensor.shape];
  return toChannelsLast(plain(tf.reshape(tensor, shape)));
}

export const add = binary((a, b) => tf.add(a, b));
export const subtract = binary((a, b) => tf.sub(a, b));
export const multiply = binary((a, b) => tf.mul(a, b));
export const divide = binary((a, b) => tf.div(a, b));
export const power = binary((a, b) => tf.pow(a, b));
