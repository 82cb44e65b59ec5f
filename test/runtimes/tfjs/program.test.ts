import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, useBackend } from '../../../main/runtimes/tfjs/backends.ts';
import { Program } from '../../../main/runtimes/tfjs/interpreter/program.ts';
import { type OperatorCase, operatorGraph, weightName } from './support/operator-graph.ts';

beforeAll(async () => {
  await loadBackend('wasm');
  useBackend('wasm');
});

function run(operator: OperatorCase, x: readonly number[], ...weights: readonly (readonly number[])[]): unknown {
  const program = new Program(operatorGraph(operator));
  const tensors = weights.map(
    (values, index) => [weightName(index), tf.tensor([...values], [...operator.weights![index]!])] as const,
  );
  const feeds = new Map([['x', tf.tensor([...x], [...operator.x])]]);
  return tf.tidy(() => program.run(feeds, new Map(tensors), { mode: 'inference' }).arraySync());
}

describe('the interpreter', () => {
  it('flattens images in the order channels, rows, columns although it keeps channels last', () => {
    const chain = operatorGraph({ op: 'Relu', x: [1, 2, 2, 2] });
    const pool = { ...chain.nodes[0]!, op: 'MaxPool', outputs: ['p'] };
    const attributes = new Map([['kernel_shape', { kind: 'ints', value: [1, 1] } as const]]);
    const flatten = { ...chain.nodes[0]!, op: 'Flatten', inputs: ['p'] };
    const program = new Program({ ...chain, nodes: [{ ...pool, attributes }, flatten] });
    const x = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    const y = tf.tidy(() => program.run(new Map([['x', x]]), new Map(), { mode: 'inference' }).arraySync());
    expect(y).toEqual([[1, 2, 3, 4, 5, 6, 7, 8]]);
  });

  it('lets every channel of a padded pooling window see the image only', () => {
    const operator = { op: 'MaxPool', x: [1, 1, 2, 2], attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } };
    expect(run(operator, [-4, -3, -2, -1])).toEqual([
      [
        [
          [-1, -1],
          [-1, -1],
        ],
      ],
    ]);
  });

  it('counts padding in averages only where it is told to', () => {
    const attributes = { kernel_shape: [2, 2], pads: [1, 1, 0, 0] };
    const operator = { op: 'AveragePool', x: [1, 1, 2, 2], attributes };
    expect(run(operator, [4, 8, 12, 16])).toEqual([
      [
        [
          [4, 6],
          [8, 10],
        ],
      ],
    ]);
    const counting = { ...operator, attributes: { ...attributes, count_include_pad: 1 } };
    expect(run(counting, [4, 8, 12, 16])).toEqual([
      [
        [
          [1, 3],
          [4, 10],
        ],
      ],
    ]);
  });

  it('leaves out a window that rounding up would start in the padding', () => {
    const attributes = { kernel_shape: [2, 2], strides: [3, 3], ceil_mode: 1 };
    expect(run({ op: 'MaxPool', x: [1, 1, 3, 3], attributes }, [1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([[[[5]]]]);
  });

  it('broadcasts a constant per channel against an image that is kept channels last', () => {
    const graph = operatorGraph({ op: 'Add', x: [1, 2, 1, 2], weights: [[2, 1, 1]] });
    const pool = { ...graph.nodes[0]!, op: 'GlobalMaxPool', inputs: ['x'], outputs: ['p'] };
    const add = { ...graph.nodes[0]!, inputs: ['p', 'w0'] };
    const program = new Program({ ...graph, nodes: [pool, add] });
    const feeds = new Map([['x', tf.tensor([1, 2, 3, 4], [1, 2, 1, 2])]]);
    const weights = new Map([['w0', tf.tensor([10, 20], [2, 1, 1])]]);
    const y = tf.tidy(() => program.run(feeds, weights, { mode: 'inference' }).arraySync());
    expect(y).toEqual([[[[12]], [[24]]]]);
  });

  it('lists every operator that it does not know', () => {
    const graph = operatorGraph({ op: 'Frobnicate', x: [1] });
    const nodes = [graph.nodes[0]!, { ...graph.nodes[0]!, op: 'com.example::Odd' }];
    expect(() => new Program({ ...graph, nodes })).toThrowError(
      expect.objectContaining({ code: 'runtime/unsupported-operator', details: ['Frobnicate', 'com.example::Odd'] }),
    );
  });

  it('keeps a value that is read again after a node that passes it on', () => {
    const graph = operatorGraph({ op: 'Identity', x: [2] });
    const node = graph.nodes[0]!;
    const nodes = [
      { ...node, op: 'Neg', outputs: ['a'] },
      { ...node, inputs: ['a'], outputs: ['b'] },
      { ...node, op: 'Add', inputs: ['b', 'b'], outputs: ['y'] },
    ];
    const program = new Program({ ...graph, nodes });
    const x = tf.tensor([1, 2]);
    const y = tf.tidy(() => program.run(new Map([['x', x]]), new Map(), { mode: 'inference' }).arraySync());
    expect(y).toEqual([-2, -4]);
  });
});
