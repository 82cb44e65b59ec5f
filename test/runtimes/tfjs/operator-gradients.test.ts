import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../main/random.ts';
import { loadBackend, useBackend } from '../../../main/runtimes/tfjs/backends.ts';
import type { Mode } from '../../../main/runtimes/tfjs/interpreter/operator.ts';
import { Program } from '../../../main/runtimes/tfjs/interpreter/program.ts';
import { type OperatorCase, operatorGraph, weightName } from './support/operator-graph.ts';
import { PRESENT_DEVICES } from './support/tfjs-devices.ts';

interface GradientCase extends OperatorCase {
  readonly name: string;
  readonly mode?: Mode;
  /** Weights and inputs must be positive (logarithms, variances). */
  readonly positive?: boolean;
}

const conv = (
  name: string,
  x: number[],
  w: number[],
  attributes: NonNullable<OperatorCase['attributes']> = {},
): GradientCase => ({
  name: `Conv ${name}`,
  op: 'Conv',
  x,
  weights: [w],
  attributes,
});

const pool = (
  op: string,
  name: string,
  x: number[],
  attributes: NonNullable<OperatorCase['attributes']>,
): GradientCase => ({
  name: `${op} ${name}`,
  op,
  x,
  attributes,
});

const CASES: readonly GradientCase[] = [
  conv('with same padding', [2, 3, 5, 4], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }),
  conv('into a multiple of eight channels', [2, 3, 5, 4], [8, 3, 3, 3], { pads: [1, 1, 1, 1] }),
  conv('into a multiple of eight channels, strided', [2, 2, 7, 6], [16, 2, 3, 2], {
    pads: [1, 0, 1, 0],
    strides: [2, 2],
  }),
  conv('without padding', [2, 2, 5, 5], [3, 2, 2, 3]),
  conv('strided, rows left over', [2, 2, 6, 7], [3, 2, 3, 3], { strides: [2, 3] }),
  conv('strided with padding', [1, 2, 7, 6], [3, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('with lopsided padding', [1, 2, 5, 5], [2, 2, 3, 3], { pads: [2, 0, 1, 3] }),
  conv('padded by more than the kernel', [1, 1, 3, 3], [2, 1, 2, 2], { pads: [2, 3, 2, 3] }),
  conv('of one pixel', [2, 3, 4, 4], [4, 3, 1, 1]),
  conv('of one pixel, strided', [2, 3, 5, 5], [4, 3, 1, 1], { strides: [2, 2] }),
  conv('dilated', [1, 2, 7, 7], [2, 2, 3, 2], { dilations: [2, 3] }),
  conv('dilated, strided and padded', [1, 2, 8, 7], [2, 2, 2, 3], {
    dilations: [2, 2],
    strides: [2, 1],
    pads: [1, 2, 1, 2],
  }),
  conv('with SAME_UPPER', [1, 2, 5, 6], [2, 2, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  conv('with SAME_LOWER', [1, 2, 5, 6], [2, 2, 2, 2], { auto_pad: 'SAME_LOWER' }),
  conv('in two groups', [1, 4, 4, 5], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }),
  conv('depthwise', [2, 3, 5, 4], [3, 1, 3, 3], { group: 3, pads: [1, 1, 1, 1] }),
  conv('depthwise, strided', [1, 3, 6, 7], [3, 1, 3, 3], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('depthwise, two outputs each', [1, 2, 5, 5], [4, 1, 3, 2], { group: 2 }),
  conv('depthwise, dilated', [1, 2, 6, 6], [2, 1, 2, 2], { group: 2, dilations: [2, 2] }),
  { name: 'Conv with bias', op: 'Conv', x: [2, 2, 3, 3], weights: [[3, 2, 2, 2], [3]] },
  pool('MaxPool', 'two by two', [2, 5, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
  pool('MaxPool', 'two by two, rows left over', [2, 3, 5, 5], { kernel_shape: [2, 2], strides: [2, 2] }),
  pool('MaxPool', 'overlapping and padded', [2, 4, 6, 5], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  }),
  pool('MaxPool', 'rounded up', [1, 2, 6, 5], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }),
  pool('MaxPool', 'with SAME_UPPER', [1, 5, 5, 5], { kernel_shape: [3, 3], strides: [1, 1], auto_pad: 'SAME_UPPER' }),
  pool('AveragePool', 'two by two', [2, 5, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
  pool('AveragePool', 'overlapping', [1, 3, 5, 6], { kernel_shape: [3, 2], strides: [1, 2] }),
  pool('AveragePool', 'padded, padding not counted', [1, 3, 5, 5], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  }),
  pool('AveragePool', 'padded, padding counted', [1, 3, 5, 5], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    count_include_pad: 1,
  }),
  pool('AveragePool', 'with SAME_UPPER', [1, 2, 5, 4], {
    kernel_shape: [3, 2],
    strides: [2, 2],
    auto_pad: 'SAME_UPPER',
  }),
  pool('GlobalAveragePool', '', [2, 3, 4, 5], {}),
  pool('GlobalMaxPool', '', [2, 3, 3, 4], {}),
  ...(
    [
      [4, 3, 3, 2],
      [2, 8, 3, 3],
      [7, 5],
      [6, 12],
    ] as const
  ).map(
    (x): GradientCase => ({
      name: `BatchNormalization in training over [${x.join(', ')}]`,
      op: 'BatchNormalization',
      x,
      weights: [[x[1]], [x[1]], [x[1]], [x[1]]],
      mode: 'training',
    }),
  ),
  {
    name: 'BatchNormalization at inference',
    op: 'BatchNormalization',
    x: [2, 3, 2, 2],
    weights: [[3], [3], [3], [3]],
    positive: true,
  },
  ...['Relu', 'LeakyRelu', 'Sigmoid', 'Tanh', 'Exp', 'Neg', 'Abs', 'Erf', 'Softmax', 'LogSoftmax', 'Identity'].map(
    (op): GradientCase => ({ name: op, op, x: [3, 5] }),
  ),
  ...['Log', 'Sqrt'].map((op): GradientCase => ({ name: op, op, x: [3, 5], positive: true })),
  { name: 'Softmax along the first axis', op: 'Softmax', x: [3, 4], attributes: { axis: 0 } },
  ...['Add', 'Sub', 'Mul'].flatMap((op): GradientCase[] => [
    { name: `${op} of equal shapes`, op, x: [2, 3], weights: [[2, 3]] },
    { name: `${op} with broadcasting`, op, x: [2, 3, 2, 2], weights: [[3, 1, 1]] },
  ]),
  { name: 'Div', op: 'Div', x: [2, 3], weights: [[3]], positive: true },
  { name: 'Pow', op: 'Pow', x: [2, 3], weights: [[1]], positive: true },
  {
    name: 'Gemm',
    op: 'Gemm',
    x: [4, 3],
    weights: [[3, 5], [5]],
    attributes: { alpha: { float: 0.5 }, beta: { float: 2 } },
  },
  {
    name: 'Gemm with the second factor transposed',
    op: 'Gemm',
    x: [4, 3],
    weights: [[5, 3], [5]],
    attributes: { transB: 1 },
  },
  { name: 'Gemm with both transposed', op: 'Gemm', x: [3, 4], weights: [[5, 3]], attributes: { transA: 1, transB: 1 } },
  { name: 'MatMul', op: 'MatMul', x: [4, 3], weights: [[3, 5]] },
  { name: 'MatMul of a stack with a matrix', op: 'MatMul', x: [2, 4, 3], weights: [[3, 5]] },
  { name: 'MatMul of stacks', op: 'MatMul', x: [2, 4, 3], weights: [[2, 3, 5]] },
  { name: 'Flatten', op: 'Flatten', x: [2, 3, 2, 2] },
  { name: 'Reshape', op: 'Reshape', x: [2, 3, 4], constant: [0, -1] },
  { name: 'Transpose', op: 'Transpose', x: [2, 3, 4], attributes: { perm: [2, 0, 1] } },
  { name: 'Squeeze', op: 'Squeeze', x: [2, 1, 3], constant: [1] },
  { name: 'Unsqueeze', op: 'Unsqueeze', x: [2, 3], constant: [0, -1] },
  { name: 'Concat', op: 'Concat', x: [2, 3], weights: [[2, 2]], attributes: { axis: -1 } },
  { name: 'ReduceMean', op: 'ReduceMean', x: [2, 3, 4], attributes: { axes: [-1], keepdims: 0 } },
];

/** Step of the central differences: large enough for single precision, small enough for the operators' curvature. */
const STEP = 1e-2;

/** Of the gradient's largest element. */
const TOLERANCE = 3e-3;

for (const device of PRESENT_DEVICES) {
  describe(`gradients on ${device} agree with finite differences:`, () => {
    for (const gradientCase of CASES) {
      it(gradientCase.name.trim(), async () => {
        await loadBackend(device);
        useBackend(device);
        checkGradients(gradientCase);
      });
    }
  });
}

function checkGradients(gradientCase: GradientCase): void {
  const program = new Program(operatorGraph(gradientCase));
  const mode = gradientCase.mode ?? 'inference';
  const shapes = [gradientCase.x, ...(gradientCase.weights ?? [])];
  const random = new Random(7, gradientCase.name);
  const arrays = shapes.map((shape) => spacedNumbers(size(shape), random, gradientCase.positive ?? false));
  const forward = (tensors: readonly tf.Tensor[]): tf.Tensor =>
    program.run(
      new Map([['x', tensors[0]!]]),
      new Map(tensors.slice(1).map((tensor, index) => [weightName(index), tensor])),
      { mode },
    );
  const outputOf = (values: readonly Float32Array[]): Float32Array =>
    tf.tidy(() => forward(values.map((value, index) => tf.tensor(value, [...shapes[index]!]))).dataSync<'float32'>());
  const projection = Float32Array.from(
    outputOf(arrays),
    () => random.between(0.5, 1.5) * (random.uniform() < 0.5 ? -1 : 1),
  );
  const objective = (values: readonly Float32Array[]): number =>
    outputOf(values).reduce((sum, value, index) => sum + value * projection[index]!, 0);
  // Running statistics take no part in training mode.
  const differentiable = program.statistics.size > 0 && mode === 'training' ? shapes.length - 2 : shapes.length;
  const before = tf.memory().numTensors;
  const gradients = tf.tidy(() => {
    const tensors = arrays.map((value, index) => tf.tensor(value, [...shapes[index]!]));
    const fixed = tensors.slice(differentiable);
    return tf
      .grads((...inputs: tf.Tensor[]) => {
        const output = forward([...inputs, ...fixed]);
        return tf.sum(tf.mul(output, tf.tensor(projection, output.shape)));
      })(tensors.slice(0, differentiable))
      .map((gradient) => gradient.dataSync<'float32'>());
  });
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
  gradients.forEach((gradient, input) => {
    const expected = Float64Array.from(gradient, (_, element) => {
      const shifted = (by: number) => {
        const copies = arrays.map((value) => value.slice());
        const values = copies[input]!;
        const exact = values[element]!;
        values[element] = exact + by;
        // The step that single precision really took.
        return { value: objective(copies), at: values[element]! };
      };
      const above = shifted(STEP);
      const below = shifted(-STEP);
      return (above.value - below.value) / (above.at - below.at);
    });
    const scale = Math.max(...expected.map(Math.abs), 1e-3);
    const worst = expected.reduce((most, value, index) => Math.max(most, Math.abs(value - gradient[index]!)), 0);
    expect(worst / scale, `gradient with respect to input ${input}`).toBeLessThan(TOLERANCE);
  });
}

/** Distinct numbers further apart, and further from zero, than the step: no maximum and no kink is crossed by it. */
function spacedNumbers(count: number, random: Random, positive: boolean): Float32Array {
  const order = random.permutation(count);
  const spacing = Math.max(3 * STEP, 2 / count);
  return Float32Array.from(order, (rank) => {
    const centered = (rank - (count - 1) / 2) * spacing;
    if (positive) return 0.6 + (rank + random.uniform() * 0.2) * (1.2 / count);
    return centered + (centered >= 0 ? 1 : -1) * 2 * STEP;
  });
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
