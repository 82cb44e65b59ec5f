import * as tf from '@tensorflow/tfjs-core';
import { attributeOf } from '../../../../architectures/onnx/graph.ts';
import { type Operator, unsupported } from '../operator.ts';
import { plain, toPlain } from '../value.ts';

/** Gemm: alpha · A′ · B′ + beta · C. */
export const gemm: Operator = ({ input, optionalInput, node }) => {
  const transposeA = attributeOf(node, 'transA', 'int', 0) === 1;
  const transposeB = attributeOf(node, 'transB', 'int', 0) === 1;
  const product = tf.matMul(toPlain(input(0)), toPlain(input(1)), transposeA, transposeB);
  const y = scaled(product, attributeOf(node, 'alpha', 'float', 1));
  const c = optionalInput(2);
  return plain(c === undefined ? y : tf.add(y, scaled(toPlain(c), attributeOf(node, 'beta', 'float', 1))));
};

function scaled(x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? x : tf.mul(x, factor);
}

/** MatMul of matrices, or of stacks of them with equal or broadcast leading axes. */
export const matMul: Operator = ({ input, node }) => {
  const a = toPlain(input(0));
  const b = toPlain(input(1));
  if (a.rank < 2 || b.rank < 2) throw unsupported(node, 'products with vectors');
  if (b.rank === 2 && a.rank > 2) {
    // One large product instead of a stack of small ones.
    const rows = a.shape.slice(0, -1);
    const flat = tf.matMul(tf.reshape(a, [-1, a.shape.at(-1)!]), b);
    return plain(tf.reshape(flat, [...rows, b.shape[1]!]));
  }
  return plain(tf.matMul(a, b));
};
