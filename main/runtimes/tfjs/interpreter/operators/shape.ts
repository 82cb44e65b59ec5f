import * as tf from '@tensorflow/tfjs-core';
import { attributeOf } from '../../../../architectures/onnx/graph.ts';
import { badGraph, type Operator, unsupported } from '../operator.ts';
import { onnxShape, plain, toPlain } from '../value.ts';

export const identity: Operator = ({ input }) => input(0);

/** Dropout does nothing at inference. */
export const dropout: Operator = ({ input, constantInput, mode, node }) => {
  const ratio = constantInput(1)?.[0] ?? 0.5;
  if (mode === 'training' && ratio > 0) throw unsupported(node, 'dropout in training');
  return input(0);
};

export const flatten: Operator = ({ input, node }) => {
  const shape = onnxShape(input(0));
  const given = attributeOf(node, 'axis', 'int', 1);
  const axis = given < 0 ? given + shape.length : given;
  return plain(tf.reshape(toPlain(input(0)), [size(shape.slice(0, axis)), size(shape.slice(axis))]));
};

/** Reshape: 0 keeps the input's size, −1 takes what is left. */
export const reshape: Operator = ({ input, constantInput, node }) => {
  const from = onnxShape(input(0));
  const wanted = constantInput(1);
  if (wanted === undefined) throw badGraph(node, 'Reshape has no shape');
  const keepsZeros = attributeOf(node, 'allowzero', 'int', 0) === 0;
  const shape = wanted.map((dimension, index) => (dimension === 0 && keepsZeros ? from[index]! : dimension));
  return plain(tf.reshape(toPlain(input(0)), shape));
};

export const transpose: Operator = ({ input, node }) => {
  const rank = onnxShape(input(0)).length;
  const reversed = Array.from({ length: rank }, (_, index) => rank - 1 - index);
  return plain(tf.transpose(toPlain(input(0)), [...attributeOf(node, 'perm', 'ints', reversed)]));
};

export const squeeze: Operator = ({ input, constantInput }) => {
  const shape = onnxShape(input(0));
  const axes = constantInput(1)?.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const kept = shape.filter((dimension, axis) => (axes === undefined ? dimension !== 1 : !axes.includes(axis)));
  return plain(tf.reshape(toPlain(input(0)), kept));
};

export const unsqueeze: Operator = ({ input, constantInput, node }) => {
  const axes = constantInput(1);
  if (axes === undefined) throw badGraph(node, 'Unsqueeze has no axes');
  const shape = onnxShape(input(0));
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = shape.values();
  const result = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.next().value!));
  return plain(tf.reshape(toPlain(input(0)), result));
};

export const concat: Operator = ({ input, node }) => {
  const axis = attributeOf(node, 'axis', 'int', 0);
  const parts = node.inputs.map((_, index) => input(index));
  if (parts.every(({ layout }) => layout === 'channels-last')) {
    const channelsLastAxis = [0, 3, 1, 2][axis < 0 ? axis + 4 : axis]!;
    return {
      tensor: tf.concat(
        parts.map(({ tensor }) => tensor),
        channelsLastAxis,
      ),
      layout: 'channels-last',
    };
  }
  const rank = onnxShape(parts[0]!).length;
  return plain(tf.concat(parts.map(toPlain), axis < 0 ? axis + rank : axis));
};

/** ReduceMean, whose axes are an attribute up to operator set 17 and an input after it. */
export const reduceMean: Operator = ({ input, constantInput, node }) => {
  const axes = constantInput(1) ?? attributeOf(node, 'axes', 'ints', undefined);
  const keep = attributeOf(node, 'keepdims', 'int', 1) === 1;
  const rank = onnxShape(input(0)).length;
  const positive = axes?.map((axis) => (axis < 0 ? axis + rank : axis));
  return plain(tf.mean(toPlain(input(0)), positive, keep));
};

function size(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
