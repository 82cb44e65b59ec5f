import * as tf from '@tensorflow/tfjs-core';
import { attributeOf, type GraphNode } from '../../../../architectures/onnx/graph.ts';
import { rectify } from '../differentiable/rectify.ts';
import type { Operator } from '../operator.ts';
import { onnxShape, plain, toPlain } from '../value.ts';

/** A function of each element alone: the order of axes does not matter. */
function elementwise(apply: (x: tf.Tensor, node: GraphNode) => tf.Tensor): Operator {
  return ({ input, node }) => {
    const { tensor, layout } = input(0);
    return { tensor: apply(tensor, node), layout };
  };
}

export const relu = elementwise((x) => rectify(x));
export const sigmoid = elementwise((x) => tf.sigmoid(x));
export const tanh = elementwise((x) => tf.tanh(x));
export const exp = elementwise((x) => tf.exp(x));
export const log = elementwise((x) => tf.log(x));
export const sqrt = elementwise((x) => tf.sqrt(x));
export const negate = elementwise((x) => tf.neg(x));
export const absolute = elementwise((x) => tf.abs(x));
export const erf = elementwise((x) => tf.erf(x));
export const leakyRelu = elementwise((x, node) => tf.leakyRelu(x, attributeOf(node, 'alpha', 'float', 0.01)));

/** Clip, whose bounds are inputs since operator set 11. */
export const clip: Operator = ({ input, constantInput }) => {
  const { tensor, layout } = input(0);
  const low = constantInput(1)?.[0] ?? Number.NEGATIVE_INFINITY;
  const high = constantInput(2)?.[0] ?? Number.POSITIVE_INFINITY;
  return { tensor: tf.clipByValue(tensor, low, high), layout };
};

function alongAxis(apply: (x: tf.Tensor) => tf.Tensor): Operator {
  return ({ input, node }) => {
    const rank = onnxShape(input(0)).length;
    const given = attributeOf(node, 'axis', 'int', -1);
    const axis = given < 0 ? given + rank : given;
    const x = toPlain(input(0));
    if (axis === rank - 1) return plain(apply(x));
    // tfjs knows these functions along the last axis only; swapping two axes is its own inverse.
    const order = Array.from({ length: rank }, (_, index) => index);
    order[axis] = rank - 1;
    order[rank - 1] = axis;
    return plain(tf.transpose(apply(tf.transpose(x, order)), order));
  };
}

export const softmax = alongAxis((x) => tf.softmax(x));
export const logSoftmax = alongAxis((x) => tf.logSoftmax(x));
